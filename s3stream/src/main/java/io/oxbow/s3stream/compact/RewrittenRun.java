package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.AppendFilter.Decision;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.object.DataObject;
import io.oxbow.s3stream.object.DataObjectWriter;
import io.oxbow.s3stream.object.GapFrame;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalRecord;
import java.nio.ByteBuffer;

/**
 * Writes the run that replaces a rewritten range: appends as the filter decided, gaps between them.
 */
final class RewrittenRun {

    private final long streamId;
    private final DataObjectWriter writer =
            DataObjectWriter.forRewriting(DataObjectWriter.BLOCK_BYTES);
    private long writtenTo;
    private long bytes;

    RewrittenRun(long streamId, long startOffset) {
        this.streamId = streamId;
        this.writtenTo = startOffset;
    }

    /** Adds an append as decided; appends come in order, and offsets between them become gaps. */
    void add(ReadResult.Append append, Decision decision) {
        switch (decision) {
            case Decision.Keep keep -> write(append, append.records(), append.maxTimestamp());
            case Decision.Replace(var records, var maxTimestamp) ->
                    write(append, records, maxTimestamp);
            case Decision.Drop drop -> {}
        }
    }

    /** Returns the bytes of the appends written so far. */
    long bytes() {
        return bytes;
    }

    DataObject finish(long endOffset) {
        gapTo(endOffset);
        return writer.finish();
    }

    private void write(ReadResult.Append append, ByteBuffer records, long maxTimestamp) {
        gapTo(append.baseOffset());
        var record =
                new WalRecord(
                        streamId,
                        0,
                        append.baseOffset(),
                        append.count(),
                        maxTimestamp,
                        append.appendTimeMillis(),
                        records);
        ByteBuffer frame = ByteBuffer.allocate(Math.toIntExact(RecordFrame.sizeInBytes(record)));
        RecordFrame.encode(frame, record);
        writer.add(frame.flip());
        writtenTo = append.nextOffset();
        bytes += records.remaining();
    }

    private void gapTo(long offset) {
        while (writtenTo < offset) {
            writer.add(GapFrame.of(streamId, writtenTo, offset));
            writtenTo = Math.min(offset, writtenTo + Integer.MAX_VALUE);
        }
    }
}
