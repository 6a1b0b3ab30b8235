package io.oxbow.tableflow.verify;

import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A topic's log as a client sees it. */
public interface LogSource extends AutoCloseable {

    int partitions();

    long startOffset(int partition);

    long endOffset(int partition);

    /** Passes on the records with offsets in {@code [fromOffset, toOffset)}, in order. */
    void read(
            int partition,
            long fromOffset,
            long toOffset,
            Consumer<ConsumerRecord<byte[], byte[]>> records);

    @Override
    void close();
}
