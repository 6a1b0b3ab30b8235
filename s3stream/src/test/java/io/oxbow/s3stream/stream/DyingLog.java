package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Verdict;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;
import java.util.UUID;

/** A metadata log under which the process dies after a number of appends. */
final class DyingLog implements MetadataLog {

    /** What dying looks like to the code under test: nothing it knows. */
    static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final MemoryLog log;
    private int left;

    DyingLog(MemoryLog log, int appends) {
        this.log = log;
        this.left = appends;
    }

    @Override
    public synchronized List<Verdict> append(List<CoreRecord> records) {
        if (left-- <= 0) {
            throw new Died();
        }
        return log.append(records);
    }

    @Override
    public UUID clusterId() {
        return log.clusterId();
    }

    @Override
    public CoreImage image() {
        return log.image();
    }

    @Override
    public ApplicationLog application() {
        return log.application();
    }

    @Override
    public Leadership leadership() {
        return log.leadership();
    }

    @Override
    public Leadership takeOver(LeaderCheck check) {
        return log.takeOver(check);
    }

    @Override
    public void snapshot() {}

    @Override
    public void close() {}
}
