package io.oxbow.simulation.history;

import io.oxbow.s3stream.Fetched;
import io.oxbow.s3stream.Stream;

/** How scenarios read a stream. */
public final class Reads {

    private Reads() {}

    /** At odd offsets what is in memory, if there is any, as the broker's event loops do. */
    public static Fetched at(Stream stream, long offset, long maxBytes) {
        Fetched inMemory = offset % 2 == 1 ? stream.tryRead(offset, maxBytes) : null;
        return inMemory == null ? stream.read(offset, maxBytes) : inMemory;
    }
}
