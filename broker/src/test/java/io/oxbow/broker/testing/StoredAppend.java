package io.oxbow.broker.testing;

/** One append as it was made. */
record StoredAppend(
        long baseOffset, int count, long maxTimestamp, long appendTimeMillis, byte[] bytes) {

    long nextOffset() {
        return baseOffset + count;
    }
}
