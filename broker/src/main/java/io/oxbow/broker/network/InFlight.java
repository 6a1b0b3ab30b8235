package io.oxbow.broker.network;

/** Counts a connection's calls and frame bytes under way, against its window. Event loop only. */
final class InFlight {

    private final NetworkConfig.Window window;
    private int calls;
    private long bytes;

    InFlight(NetworkConfig.Window window) {
        this.window = window;
    }

    /** Adds a call; true when no further one should be read. */
    boolean begin(int frameBytes) {
        calls++;
        bytes += frameBytes;
        return calls >= window.callsMax() || bytes >= window.bytesMax();
    }

    /** Removes a call; true when there is room to read on. */
    boolean end(int frameBytes) {
        calls--;
        bytes -= frameBytes;
        return hasRoom();
    }

    /**
     * Returns true below half the window: reading goes on there, so that it isn't switched at every
     * call.
     */
    boolean hasRoom() {
        return calls <= window.callsMax() / 2 && bytes <= window.bytesMax() / 2;
    }

    /** Returns true if one call is under way; if that one waits, its turn has come. */
    boolean isSingle() {
        return calls == 1;
    }

    boolean isEmpty() {
        return calls == 0;
    }
}
