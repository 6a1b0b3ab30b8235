package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.Fetched;

/** Where a read finds its bytes. */
sealed interface ReadPlan {

    /** In memory; the slabs are retained already. */
    record FromTail(Fetched fetched) implements ReadPlan {}

    /** In data objects, by way of the block cache. */
    record FromExtents() implements ReadPlan {}

    /**
     * What the tail does not have any more was committed before it was let go, so the image has its
     * extent by now.
     */
    static ReadPlan of(Tail tail, long offset, long maxBytes) {
        Fetched inMemory = tail.read(offset, maxBytes);
        return inMemory == null ? new FromExtents() : new FromTail(inMemory);
    }
}
