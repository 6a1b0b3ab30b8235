package io.oxbow.broker.fetch;

import io.oxbow.s3stream.ReadResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.network.TransferableChannel;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.RecordsSend;

/** A partition's batches as they lie in memory, one buffer each. */
record ReplyRecords(List<ReadResult.Append> appends, int sizeInBytes) implements BaseRecords {

    @Override
    public RecordsSend<ReplyRecords> toSend() {
        return new BatchesSend(this);
    }

    private static final class BatchesSend extends RecordsSend<ReplyRecords> {

        private BatchesSend(ReplyRecords records) {
            super(records, records.sizeInBytes());
        }

        @Override
        protected int writeTo(TransferableChannel channel, int previouslyWritten, int remaining)
                throws IOException {
            long skip = previouslyWritten;
            int written = 0;
            for (ReadResult.Append append : records().appends()) {
                ByteBuffer bytes = append.records().duplicate();
                int skipped = (int) Math.min(skip, bytes.remaining());
                skip -= skipped;
                bytes.position(bytes.position() + skipped);
                written += channel.write(bytes);
                if (bytes.hasRemaining()) {
                    break;
                }
            }
            return written;
        }
    }
}
