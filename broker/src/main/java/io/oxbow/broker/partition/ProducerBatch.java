package io.oxbow.broker.partition;

/** A batch that a producer appended: what a retry of it looks like, and where it went. */
record ProducerBatch(
        int firstSequence,
        int lastSequence,
        long baseOffset,
        long lastOffset,
        long appendTimeMillis) {}
