package io.oxbow.s3stream.testkit;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import java.util.List;

/** Metadata log whose process dies after a number of appends. */
public final class DyingLog extends ForwardingLog {

    /** Death of the process, as an exception that the code under test does not know. */
    public static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private int left;

    public DyingLog(MemoryLog log, int appends) {
        super(log);
        this.left = appends;
    }

    @Override
    public synchronized List<ApplyResult> append(List<CoreRecord> records) {
        if (left-- <= 0) {
            throw new Died();
        }
        return super.append(records);
    }
}
