package io.oxbow.broker.network;

/** What a connection has under way, against its window. Event loop only. */
final class InFlight {

    private final NetworkConfig.Window window;
    private int calls;
    private long bytes;

    InFlight(NetworkConfig.Window window) {
        this.window = window;
    }

    /** One call more; true when no further one should be read. */
    boolean begin(int frameBytes) {
        calls++;
        bytes += frameBytes;
        return calls >= window.callsMax() || bytes >= window.bytesMax();
    }

    /** One call less; true when there is room to read on. */
    boolean end(int frameBytes) {
        calls--;
        bytes -= frameBytes;
        return hasRoom();
    }

    /** Reading goes on at half the window, so that it isn't switched at every call. */
    boolean hasRoom() {
        return calls <= window.callsMax() / 2 && bytes <= window.bytesMax() / 2;
    }

    /** True if a call waits; its turn has come. */
    boolean isSingle() {
        return calls == 1;
    }

    boolean isEmpty() {
        return calls == 0;
    }
}
