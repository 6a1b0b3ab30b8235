package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.wal.SlabPool;

/**
 * Start of a log on one volume: node epoch and first LSN.
 *
 * @param volume its number in the whole log, from 0
 * @param firstLsn where the first batch goes: nothing was ever written at or above
 * @param pool the memory that it takes its slabs from; closed with the log
 */
record LogStart(int volume, long nodeEpoch, long firstLsn, SlabPool pool) {}
