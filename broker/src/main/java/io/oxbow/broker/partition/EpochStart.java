package io.oxbow.broker.partition;

/** The offset at which a leader epoch began. */
record EpochStart(int epoch, long startOffset) {}
