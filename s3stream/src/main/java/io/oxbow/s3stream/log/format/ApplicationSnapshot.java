package io.oxbow.s3stream.log.format;

import java.util.List;

/**
 * Snapshot of the application's state.
 *
 * @param endOffset the state is that of all records below
 * @param leaderEpoch epoch of the last of them
 * @param appendTimeMillis of the last of them
 * @param batches records that make the state, in batches
 */
public record ApplicationSnapshot(
        long endOffset, int leaderEpoch, long appendTimeMillis, List<List<byte[]>> batches) {}
