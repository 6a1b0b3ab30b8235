package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.ReadResult;
import org.jspecify.annotations.Nullable;

/** Cursor over committed appends that waits for the pace of compaction. */
final class PacedCursor implements CommittedReader.Cursor {

    private final CommittedReader.Cursor cursor;
    private final Pace pace;

    PacedCursor(CommittedReader.Cursor cursor, Pace pace) {
        this.cursor = cursor;
        this.pace = pace;
    }

    @Override
    public ReadResult.@Nullable Append next() {
        ReadResult.@Nullable Append append = cursor.next();
        if (append != null) {
            pace.take(append.records().remaining());
        }
        return append;
    }

    @Override
    public void close() {
        cursor.close();
    }
}
