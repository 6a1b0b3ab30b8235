package io.oxbow.node.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.apache.kafka.common.Uuid;

/**
 * The node that is attacked.
 *
 * @param bait topic with records to fetch, and to produce to
 * @param end when everything has to stop, by {@link System#nanoTime}
 */
record Target(int kafkaPort, int httpPort, String bait, Uuid baitId, long end) {

    private static final int PATIENCE_MILLIS = 10_000;

    Socket kafka(int receiveBuffer) throws IOException {
        return connect(kafkaPort, receiveBuffer);
    }

    Socket http() throws IOException {
        return connect(httpPort, 0);
    }

    private static Socket connect(int port, int receiveBuffer) throws IOException {
        var socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        return socket;
    }

    boolean isOver() {
        return System.nanoTime() - end >= 0;
    }

    /** Waits, but not beyond the end. */
    void hold(long millis) throws InterruptedException {
        Thread.sleep(Math.max(0, Math.min(millis, (end - System.nanoTime()) / 1_000_000)));
    }
}
