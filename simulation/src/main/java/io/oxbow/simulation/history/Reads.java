package io.oxbow.simulation.history;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;

/** Reads a stream as scenarios do. */
public final class Reads {

    private Reads() {}

    /**
     * Reads at even offsets; at odd ones takes the records in memory, if there are any, as the
     * broker's event loops do.
     */
    public static ReadResult at(Stream stream, long offset, long bytesMax) {
        ReadResult inMemory = offset % 2 == 1 ? stream.tryRead(offset, bytesMax) : null;
        return inMemory == null ? stream.read(offset, bytesMax) : inMemory;
    }
}
