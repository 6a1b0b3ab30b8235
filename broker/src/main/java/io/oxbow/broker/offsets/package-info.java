/**
 * ListOffsets and OffsetForLeaderEpoch: which offset is first, last, at a time, at an epoch's end.
 *
 * <p>Look-ups by time may read from the store, so they run on virtual threads, those of one request
 * side by side.
 */
@NullMarked
package io.oxbow.broker.offsets;

import org.jspecify.annotations.NullMarked;
