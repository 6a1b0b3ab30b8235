package io.oxbow.node.adapter;

import io.oxbow.broker.partition.InternalTopics;
import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.records.InternalLogReader;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.schema.SchemaLog;
import io.oxbow.schema.SchemaLogException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.jspecify.annotations.Nullable;

/**
 * The schema registry's log as the topic {@code _schemas}: one partition, created at the first
 * append.
 */
public final class TopicSchemaLog implements SchemaLog {

    public static final String TOPIC = InternalTopics.SCHEMAS;
    private static final int READ_BYTES = 1 << 20;
    private static final Map<String, String> CONFIG =
            Map.of("cleanup.policy", "compact", "retention.ms", "-1");

    private final InternalTopic topic;
    private final InternalLogReader reader = new InternalLogReader(TOPIC);

    public TopicSchemaLog(InternalTopic topic) {
        this.topic = topic;
    }

    @Override
    public long append(byte[] key, byte @Nullable [] value) {
        try {
            Partition partition = topic.findOrCreate(CONFIG);
            var record = new SimpleRecord(System.currentTimeMillis(), key, value);
            var appended =
                    partition.append(
                            MemoryRecords.withRecords(Compression.NONE, record),
                            AppendOrigin.COORDINATOR,
                            partition.leaderEpoch());
            appended.commit().await();
            return appended.baseOffset();
        } catch (ApiException | S3StreamException e) {
            throw new SchemaLogException("cannot append to " + TOPIC, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemaLogException("interrupted while appending to " + TOPIC, e);
        }
    }

    /** Creates the topic if there is none, wherever it is led then. */
    public void create() throws InterruptedException {
        topic.create(CONFIG);
    }

    @Override
    public long endOffset() {
        return topic.find().map(Partition::highWatermark).orElse(0L);
    }

    @Override
    public long read(long fromOffset, Listener listener) {
        Partition partition = topic.find().orElse(null);
        if (partition == null) {
            return fromOffset;
        }
        long offset = Math.max(fromOffset, partition.logStartOffset());
        long end = partition.highWatermark();
        while (offset < end) {
            try (ReadResult fetched = partition.read(offset, READ_BYTES)) {
                for (ReadResult.Append append : fetched.appends()) {
                    deliver(append, offset, listener);
                }
                offset = fetched.nextOffset();
            } catch (ApiException | S3StreamException e) {
                throw new SchemaLogException("cannot read %s at %d".formatted(TOPIC, offset), e);
            }
        }
        return offset;
    }

    private void deliver(ReadResult.Append append, long fromOffset, Listener listener) {
        reader.read(
                append,
                (batch, record) -> {
                    if (record.offset() >= fromOffset) {
                        listener.record(
                                record.offset(), bytes(record.key()), bytes(record.value()));
                    }
                });
    }

    private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** A topic of one partition that the node itself uses. */
    public interface InternalTopic {
        java.util.Optional<Partition> find();

        /** Creates the topic if there is none. */
        void create(Map<String, String> config) throws InterruptedException;

        /**
         * Creates the topic if there is none, and waits until its partition is led here.
         *
         * @throws org.apache.kafka.common.errors.ApiException when it is led elsewhere, or not yet
         */
        Partition findOrCreate(Map<String, String> config) throws InterruptedException;
    }
}
