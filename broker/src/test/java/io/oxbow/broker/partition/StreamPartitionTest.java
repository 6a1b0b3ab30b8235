package io.oxbow.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.partition.PartitionHistory.EpochEnd;
import io.oxbow.broker.testing.Batches;
import io.oxbow.broker.testing.LedTopic;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.junit.jupiter.api.Test;

/** Tests appends and reads of one partition on an in-memory stream. */
class StreamPartitionTest {

    @Test
    void offsetsAreDenseAndTheLeaderEpochIsSet() {
        try (var topic = new LedTopic()) {
            assertThat(topic.appendDurably(Batches.plain("a", "b")).baseOffset()).isZero();
            Partition.Appended second = topic.appendDurably(Batches.plain("c"));
            assertThat(second.baseOffset()).isEqualTo(2);
            assertThat(second.lastOffset()).isEqualTo(2);
            assertThat(topic.values()).containsExactly("a", "b", "c");
            assertThat(batches(topic))
                    .allSatisfy(batch -> assertThat(batch.partitionLeaderEpoch()).isEqualTo(1))
                    .allSatisfy(RecordBatch::ensureValid);
        }
    }

    @Test
    void undurableRecordsAreNotRead() {
        try (var topic = new LedTopic()) {
            topic.appendDurably(Batches.plain("a"));
            topic.store.holdCommits();
            topic.append(Batches.plain("b"));
            assertThat(topic.partition().highWatermark()).isEqualTo(1);
            assertThat(topic.partition().logEndOffset()).isEqualTo(2);
            assertThat(topic.values()).containsExactly("a");
            assertThatThrownBy(() -> topic.partition().read(2, 100))
                    .isInstanceOf(OffsetOutOfRangeException.class);
            topic.store.releaseCommits();
        }
    }

    @Test
    void anAppendThatWouldWaitIsNotTriedAtOnceAndSucceedsAfterwards() {
        try (var topic = new LedTopic()) {
            topic.appendDurably(Batches.plain("a"));
            MemoryRecords records = Batches.plain("b", "c");
            topic.store.holdCommits();
            topic.store.limitUndurableBytes(1);
            topic.append(Batches.plain("x"));
            assertThat(topic.partition().tryAppend(records, AppendOrigin.CLIENT)).isNull();
            assertThat(topic.partition().logEndOffset()).isEqualTo(2);
            topic.store.limitUndurableBytes(Long.MAX_VALUE);
            Partition.Appended appended =
                    topic.partition().append(records, AppendOrigin.CLIENT, -1);
            assertThat(appended.baseOffset()).isEqualTo(2);
            topic.store.releaseCommits();
        }
    }

    @Test
    void compressedRecordsAreNotValidatedAtOnce() {
        try (var topic = new LedTopic()) {
            MemoryRecords records = Batches.compressed(Compression.gzip().build(), "a", "b");
            assertThat(topic.partition().tryAppend(records, AppendOrigin.CLIENT)).isNull();
            assertThat(topic.partition().tryAppend(Batches.plain("c"), AppendOrigin.CLIENT))
                    .isNotNull();
        }
    }

    @Test
    void recordsThatGetTheBrokersTimeAreNotAppendedAtOnce() {
        var config =
                Map.of(
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        TimestampType.LOG_APPEND_TIME.name);
        try (var topic = new LedTopic(config)) {
            MemoryRecords records = Batches.plain("a");
            assertThat(topic.partition().tryAppend(records, AppendOrigin.CLIENT)).isNull();
            assertThat(topic.appendDurably(records).logAppendTime()).isPositive();
        }
    }

    @Test
    void aCorruptBatchIsRefusedAndNothingOfItStored() {
        try (var topic = new LedTopic()) {
            ByteBuffer bytes = Batches.plain("a", "b").buffer();
            bytes.put(bytes.limit() - 2, (byte) 0x55);
            assertThatThrownBy(() -> topic.append(MemoryRecords.readableRecords(bytes)))
                    .isInstanceOf(CorruptRecordException.class);
            assertThat(topic.partition().logEndOffset()).isZero();
            assertThat(topic.appendDurably(Batches.plain("c")).baseOffset()).isZero();
        }
    }

    @Test
    void aTruncatedBatchAndNoBatchAreRefused() {
        try (var topic = new LedTopic()) {
            ByteBuffer bytes = Batches.plain("a", "b").buffer();
            bytes.limit(bytes.limit() - 1);
            assertThatThrownBy(() -> topic.append(MemoryRecords.readableRecords(bytes)))
                    .isInstanceOf(CorruptRecordException.class);
            assertThatThrownBy(() -> topic.append(MemoryRecords.EMPTY))
                    .isInstanceOf(CorruptRecordException.class);
        }
    }

    @Test
    void trailingBytesAreNotStored() {
        try (var topic = new LedTopic()) {
            ByteBuffer batch = Batches.plain("a").buffer();
            ByteBuffer bytes = ByteBuffer.allocate(batch.remaining() + 9).put(batch).rewind();
            topic.appendDurably(MemoryRecords.readableRecords(bytes));
            assertThat(topic.values()).containsExactly("a");
            try (ReadResult fetched = topic.partition().read(0, 100)) {
                assertThat(fetched.sizeInBytes()).isEqualTo(bytes.limit() - 9);
            }
        }
    }

    @Test
    void oldFormatsAreRefused() {
        try (var topic = new LedTopic()) {
            var old =
                    MemoryRecords.withRecords(
                            RecordBatch.MAGIC_VALUE_V1,
                            0L,
                            Compression.NONE,
                            TimestampType.CREATE_TIME,
                            Batches.records("a"));
            assertThatThrownBy(() -> topic.append(old))
                    .isInstanceOf(UnsupportedForMessageFormatException.class);
        }
    }

    @Test
    void aBatchBeyondTheTopicsLimitIsRefused() {
        try (var topic = new LedTopic(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, 200))) {
            topic.append(Batches.plain("x".repeat(50)));
            assertThatThrownBy(() -> topic.append(Batches.plain("x".repeat(200))))
                    .isInstanceOf(RecordTooLargeException.class);
        }
    }

    @Test
    void aClientsBaseOffsetIsZero() {
        try (var topic = new LedTopic()) {
            var shifted =
                    MemoryRecords.withRecords(5L, Compression.NONE, Batches.records("a", "b"));
            assertThatThrownBy(() -> topic.append(shifted))
                    .isInstanceOf(InvalidRecordException.class);
            topic.partition().append(shifted, AppendOrigin.COORDINATOR, 1);
        }
    }

    @Test
    void severalBatchesAtOnceAreRefused() {
        try (var topic = new LedTopic()) {
            ByteBuffer a = Batches.plain("a").buffer();
            ByteBuffer both = ByteBuffer.allocate(2 * a.remaining());
            both.put(a.duplicate()).put(a.duplicate()).flip();
            assertThatThrownBy(() -> topic.append(MemoryRecords.readableRecords(both)))
                    .isInstanceOf(InvalidRecordException.class);
        }
    }

    @Test
    void aTransactionThatNoCoordinatorKnowsIsRefused() {
        try (var topic = new LedTopic()) {
            var records =
                    MemoryRecords.withTransactionalRecords(
                            Compression.NONE, 1, (short) 0, 0, Batches.records("a"));
            assertThatThrownBy(() -> topic.append(records))
                    .isInstanceOf(InvalidTxnStateException.class);
        }
    }

    @Test
    void everyCompressionIsStoredAsSent() {
        try (var topic = new LedTopic()) {
            var sizes = new ArrayList<Integer>();
            for (CompressionType type : CompressionType.values()) {
                MemoryRecords records =
                        Batches.compressed(Compression.of(type).build(), "a", "b".repeat(999));
                sizes.add(records.sizeInBytes());
                topic.appendDurably(records);
            }
            assertThat(batches(topic))
                    .extracting(RecordBatch::compressionType)
                    .containsExactly(CompressionType.values());
            assertThat(batches(topic))
                    .extracting(RecordBatch::sizeInBytes)
                    .containsExactlyElementsOf(sizes);
            assertThat(topic.values()).hasSize(2 * sizes.size());
        }
    }

    @Test
    void aTopicsOwnCompressionReplacesTheProducers() {
        try (var topic = new LedTopic(Map.of(TopicConfig.COMPRESSION_TYPE_CONFIG, "lz4"))) {
            topic.appendDurably(Batches.plain("a", "b"));
            topic.appendDurably(Batches.compressed(Compression.gzip().build(), "c"));
            assertThat(batches(topic))
                    .extracting(RecordBatch::compressionType)
                    .containsOnly(CompressionType.LZ4);
            assertThat(topic.values()).containsExactly("a", "b", "c");
        }
    }

    @Test
    void logAppendTimeReplacesTheProducersTimestamps() {
        var config = Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        try (var topic = new LedTopic(config)) {
            long before = System.currentTimeMillis();
            Partition.Appended appended = topic.appendDurably(Batches.plain("a"));
            assertThat(appended.logAppendTime()).isGreaterThanOrEqualTo(before);
            RecordBatch batch = batches(topic).getFirst();
            assertThat(batch.maxTimestamp()).isEqualTo(appended.logAppendTime());
            assertThat(batch.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
            batch.ensureValid();
        }
    }

    @Test
    void createTimeIsKept() {
        try (var topic = new LedTopic()) {
            assertThat(topic.appendDurably(Batches.at(500, 900, 700)).logAppendTime())
                    .isEqualTo(RecordBatch.NO_TIMESTAMP);
            assertThat(batches(topic).getFirst().maxTimestamp()).isEqualTo(900);
        }
    }

    @Test
    void timestampsFarFromNowAreRefusedIfTheTopicSaysSo() {
        var config = Map.of(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, 1000L);
        try (var topic = new LedTopic(config)) {
            assertThatThrownBy(() -> topic.append(Batches.at(5)))
                    .hasRootCauseInstanceOf(InvalidTimestampException.class);
            long tomorrow = System.currentTimeMillis() + 86_400_000;
            assertThatThrownBy(() -> topic.append(Batches.at(tomorrow)))
                    .hasRootCauseInstanceOf(InvalidTimestampException.class);
        }
    }

    @Test
    void aRetryGetsTheFirstOffsetsAndStoresNothing() {
        try (var topic = new LedTopic()) {
            topic.appendDurably(Batches.idempotent(1, 0, 0, "a", "b"));
            topic.appendDurably(Batches.idempotent(1, 0, 2, "c"));
            Partition.Appended retry = topic.appendDurably(Batches.idempotent(1, 0, 0, "a", "b"));
            assertThat(retry.baseOffset()).isZero();
            assertThat(retry.lastOffset()).isEqualTo(1);
            assertThat(topic.values()).containsExactly("a", "b", "c");
        }
    }

    @Test
    void aRetryWaitsUntilTheFirstIsDurable() throws Exception {
        try (var topic = new LedTopic()) {
            topic.store.holdCommits();
            topic.append(Batches.idempotent(1, 0, 0, "a"));
            Partition.Appended retry = topic.append(Batches.idempotent(1, 0, 0, "a"));
            var outcomes = new ArrayList<Object>();
            var told = new CountDownLatch(1);
            retry.commit()
                    .onComplete(failure -> {
                        outcomes.add(failure == null ? "durable" : failure);
                        told.countDown();
                    });
            assertThat(outcomes).isEmpty();
            topic.store.releaseCommits();
            told.await();
            assertThat(outcomes).containsExactly("durable");
        }
    }

    @Test
    void aRetryOfWhatNeverBecomesDurableFails() {
        var topic = new LedTopic();
        topic.store.holdCommits();
        topic.append(Batches.idempotent(1, 0, 0, "a"));
        Partition.Appended before = topic.append(Batches.idempotent(1, 0, 0, "a"));
        topic.store.failWal();
        Partition.Appended after = topic.append(Batches.idempotent(1, 0, 0, "a"));
        assertThatThrownBy(() -> before.commit().await()).isInstanceOf(S3StreamException.class);
        assertThatThrownBy(() -> after.commit().await()).isInstanceOf(S3StreamException.class);
        assertThatThrownBy(() -> topic.append(Batches.idempotent(1, 0, 1, "b")))
                .isInstanceOfAny(NotLeaderOrFollowerException.class, KafkaStorageException.class);
    }

    @Test
    void aRefusedBatchChangesNoSequence() {
        try (var topic = new LedTopic(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, 200))) {
            topic.append(Batches.idempotent(1, 0, 0, "a"));
            assertThatThrownBy(() -> topic.append(Batches.idempotent(1, 0, 1, "x".repeat(300))))
                    .isInstanceOf(RecordTooLargeException.class);
            topic.appendDurably(Batches.idempotent(1, 0, 1, "b"));
            assertThat(topic.values()).containsExactly("a", "b");
        }
    }

    @Test
    void anAppendUnderAnotherLeaderEpochIsRefused() {
        try (var topic = new LedTopic()) {
            assertThatThrownBy(() ->
                            topic.partition()
                                    .append(Batches.plain("a"), AppendOrigin.COORDINATOR, 2))
                    .isInstanceOf(NotLeaderOrFollowerException.class);
            topic.partition().append(Batches.plain("a"), AppendOrigin.COORDINATOR, 1);
        }
    }

    @Test
    void recordsAreFoundByTime() {
        try (var topic = new LedTopic()) {
            topic.appendDurably(Batches.at(100, 300, 200));
            topic.appendDurably(Batches.at(400, 500));
            PartitionHistory history = topic.partition().history();
            assertThat(history.firstAtOrAfter(0)).hasValue(found(0, 100));
            assertThat(history.firstAtOrAfter(150)).hasValue(found(1, 300));
            assertThat(history.firstAtOrAfter(301)).hasValue(found(3, 400));
            assertThat(history.firstAtOrAfter(500)).hasValue(found(4, 500));
            assertThat(history.firstAtOrAfter(501)).isEmpty();
            assertThat(history.maxTimestamp()).hasValue(found(4, 500));
        }
    }

    @Test
    void recordsBelowTheStartAreNotFoundByTime() {
        try (var topic = new LedTopic()) {
            topic.appendDurably(Batches.at(900, 100, 100));
            topic.appendDurably(Batches.at(950));
            topic.partition().deleteRecordsBefore(1);
            assertThat(topic.partition().history().firstAtOrAfter(500)).hasValue(found(3, 950));
            assertThat(topic.partition().history().firstAtOrAfter(50)).hasValue(found(1, 100));
        }
    }

    @Test
    void deletedRecordsAreGoneAndTheStartMovesOnlyForward() {
        try (var topic = new LedTopic()) {
            topic.appendDurably(Batches.plain("a"));
            topic.appendDurably(Batches.plain("b"));
            topic.partition().deleteRecordsBefore(1);
            topic.partition().deleteRecordsBefore(0);
            assertThat(topic.partition().logStartOffset()).isEqualTo(1);
            assertThat(topic.values()).containsExactly("b");
            assertThatThrownBy(() -> topic.partition().read(0, 100))
                    .isInstanceOf(OffsetOutOfRangeException.class);
            assertThatThrownBy(() -> topic.partition().deleteRecordsBefore(3))
                    .isInstanceOf(OffsetOutOfRangeException.class);
        }
    }

    @Test
    void aTrimThatWaitsHoldsUpNoAppend() throws Exception {
        try (var topic = new LedTopic()) {
            topic.appendDurably(Batches.plain("a"));
            topic.store.holdTrims();
            Thread trimming =
                    Thread.ofVirtual().start(() -> topic.partition().deleteRecordsBefore(1));
            topic.store.awaitHeldTrims(1);
            topic.appendDurably(Batches.plain("b"));
            assertThat(topic.partition().logStartOffset()).isZero();
            topic.store.releaseTrims();
            trimming.join();
            assertThat(topic.partition().logStartOffset()).isOne();
        }
    }

    @Test
    void listenersHearOfEveryRiseUntilRemoved() {
        try (var topic = new LedTopic()) {
            var heard = new ArrayList<Long>();
            Partition.HighWatermarkListener listener = (partition, high) -> heard.add(high);
            topic.partition().addListener(listener);
            topic.appendDurably(Batches.plain("a", "b"));
            topic.appendDurably(Batches.plain("c"));
            topic.partition().removeListener(listener);
            topic.appendDurably(Batches.plain("d"));
            assertThat(heard).containsExactly(2L, 3L);
        }
    }

    @Test
    void listenerThatThrowsKeepsNoOtherFromHearing() {
        try (var topic = new LedTopic()) {
            var heard = new ArrayList<Long>();
            topic.partition()
                    .addListener((partition, high) -> {
                        throw new LinkageError("injected");
                    });
            for (int i = 0; i < 3; i++) {
                topic.partition().addListener((partition, high) -> heard.add(high));
            }
            topic.appendDurably(Batches.plain("a"));
            assertThat(heard).containsExactly(1L, 1L, 1L);
            assertThat(topic.failures()).isEqualTo(1);
        }
    }

    @Test
    void aRaisedLeaderEpochIsInTheBatchesAndInTheHistory() {
        try (var topic = new LedTopic()) {
            topic.appendDurably(Batches.plain("a"));
            topic.partitions.lead(
                    List.of(new Partitions.Leading(LedTopic.ID, 4, topic.partition().config())));
            topic.appendDurably(Batches.plain("b"));
            assertThat(batches(topic))
                    .extracting(RecordBatch::partitionLeaderEpoch)
                    .containsExactly(1, 4);
            assertThat(topic.partition().history().endOffsetFor(1)).isEqualTo(new EpochEnd(1, 1));
            assertThat(topic.partition().history().endOffsetFor(4)).isEqualTo(new EpochEnd(4, 2));
            assertThat(topic.store.openEntries()).isOne();
        }
    }

    private static PartitionHistory.Found found(long offset, long timestamp) {
        return new PartitionHistory.Found(offset, timestamp, OptionalInt.of(1));
    }

    private static List<RecordBatch> batches(LedTopic topic) {
        var batches = new ArrayList<RecordBatch>();
        try (ReadResult fetched =
                topic.partition().read(topic.partition().logStartOffset(), 1 << 20)) {
            for (ReadResult.Append append : fetched.appends()) {
                ByteBuffer copy = ByteBuffer.allocate(append.records().remaining());
                copy.put(append.records().duplicate()).flip();
                MemoryRecords.readableRecords(copy).batches().forEach(batches::add);
            }
        }
        return batches;
    }
}
