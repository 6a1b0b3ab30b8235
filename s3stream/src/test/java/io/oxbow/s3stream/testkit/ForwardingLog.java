package io.oxbow.s3stream.testkit;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;
import java.util.UUID;

/** Passes all calls on; tests override some of them. */
public class ForwardingLog implements MetadataLog {

    private final MetadataLog log;

    public ForwardingLog(MetadataLog log) {
        this.log = log;
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
    public List<ApplyResult> append(List<CoreRecord> records) {
        return log.append(records);
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
    public void snapshot() {
        log.snapshot();
    }

    @Override
    public void close() {
        log.close();
    }
}
