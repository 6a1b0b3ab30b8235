package io.oxbow.node.hostile;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Connections of one attack; a write to one that the node has closed only ends that one. */
final class Sockets implements Closeable {

    private final List<Socket> open = new ArrayList<>();

    Socket add(Socket socket) {
        open.add(socket);
        return socket;
    }

    /**
     * Writes {@code bytes} at most so many times, from a thread of its own: the node may never read
     * them.
     */
    void write(Socket socket, byte[] bytes, int times) {
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        for (int i = 0; i < times; i++) {
                            socket.getOutputStream().write(bytes);
                        }
                    } catch (IOException e) {
                        // closed by the node or by the end of the attack: either is its right
                    }
                });
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }
}
