package io.oxbow.s3stream.tail;

import io.oxbow.s3stream.ReadResult;
import java.util.List;

/** Plan of a read: the place that holds the bytes. */
public sealed interface ReadPlan {

    /** The appends are in memory, and held for the reader. */
    record FromMemory(ReadResult fetched) implements ReadPlan {}

    /** The appends are in the write-ahead log alone, unless they reach data objects meanwhile. */
    record FromLog(List<TailEntry> spilled) implements ReadPlan {}

    /**
     * The appends are in data objects. An append leaves the tail only after its commit, so the
     * image has its extent by now.
     */
    record FromExtents() implements ReadPlan {}
}
