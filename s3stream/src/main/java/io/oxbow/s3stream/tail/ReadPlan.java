package io.oxbow.s3stream.tail;

import io.oxbow.s3stream.Fetched;
import java.util.List;

/** Where a read finds its bytes. */
public sealed interface ReadPlan {

    /** In memory; held already. */
    record FromMemory(Fetched fetched) implements ReadPlan {}

    /** In the write-ahead log alone, unless they reach data objects meanwhile. */
    record FromLog(List<TailEntry> spilled) implements ReadPlan {}

    /**
     * In data objects, by way of the block cache: what the tail does not have any more was
     * committed before it was let go, so the image has its extent by now.
     */
    record FromExtents() implements ReadPlan {}
}
