/**
 * A Kafka partition on a stream: appends, offsets, idempotence, leader epochs, reads.
 *
 * <p>{@link io.oxbow.broker.partition.Partition} is one that this broker leads; {@link
 * io.oxbow.broker.partition.Partitions} is all of them. Start at {@link
 * io.oxbow.broker.partition.StreamPartitions} and {@code StreamPartition}.
 *
 * <p><b>Invariants.</b> One batch is one append of the DATA stream, and a batch's base offset is
 * the stream's next offset at the time. A producer's batches lie in the order of their sequences,
 * each once. The high watermark is the stream's durable end. The state beside the records
 * (producers, leader epochs) is a function of the records: it can always be rebuilt by reading
 * them, and a checkpoint only shortens that. A reader of committed data sees nothing at or above
 * the first batch of a transaction whose marker is not durable.
 *
 * <p><b>Threading.</b> Appends to one partition are serial under its lock; reads and offsets take
 * no lock; listeners run on a thread of the WAL's.
 *
 * <h2>State checkpoints</h2>
 *
 * <p>In a partition's STATE stream; one append (of one offset) per part, parts in order.
 * Big-endian; offsets and times are 64-bit.
 *
 * <pre>
 * part      := magic:int32 = 0x4F585053 ("OXPS") version:int16 = 2
 *              index:int32 count:int32          this part's number, from 0; how many there are
 *              dataOffset:int64                 everything below it is accounted for
 *              epochCount:int32 producerCount:int32 abortedCount:int32
 *              epoch*                           in part 0 only; in order
 *              producer*                        in the order of their last append
 *              aborted*                         in the order of their markers
 *              crc32c:int32                     of all bytes before it
 * epoch     := leaderEpoch:int32 startOffset:int64
 * producer  := producerId:int64 producerEpoch:int16
 *              openSince:int64                  where its open transaction begins; -1: none is open
 *              coordinatorEpoch:int32           of its last marker; -1: there was none
 *              lastAppendMillis:int64
 *              batchCount:int8 batch*
 * batch     := firstSequence:int32 lastSequence:int32
 *              baseOffset:int64 lastOffset:int64 appendTimeMillis:int64
 * aborted   := producerId:int64 firstOffset:int64
 *              lastOffset:int64                 of its marker
 *              stableOffset:int64               what ends later begins at or above it
 * </pre>
 *
 * <p>Version 1, which is still read, has no {@code abortedCount}, no {@code aborted}, and in a
 * {@code producer} nothing between its epoch and {@code batchCount}.
 */
@NullMarked
package io.oxbow.broker.partition;

import org.jspecify.annotations.NullMarked;
