package io.oxbow.broker.network;

/** Counts a connection's calls and frame bytes under way, against its window. Event loop only. */
final class InFlight {

    /** Calls that are read ahead while one waits: more would only hold memory. */
    private static final int WAITING_CALLS_MAX = 8;

    private final NetworkConfig.Window window;
    private int calls;
    private long bytes;

    InFlight(NetworkConfig.Window window) {
        this.window = window;
    }

    void begin(int frameBytes) {
        calls++;
        bytes += frameBytes;
    }

    /** Returns true when no further call should be read. */
    boolean isFull() {
        return calls >= window.callsMax() || bytes >= window.bytesMax();
    }

    /** Returns true when no further call should be read while one waits for its turn. */
    boolean isFullForWaiting() {
        return calls >= WAITING_CALLS_MAX;
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
