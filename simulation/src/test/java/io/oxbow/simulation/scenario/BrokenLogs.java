package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;
import java.util.UUID;

/** Users of the metadata log that draw a wrong conclusion. */
final class BrokenLogs {

    private BrokenLogs() {}

    /** After an unknown outcome it looks, finds nothing, and calls the append failed. */
    static final class NotFoundMeansFailed implements MetadataLog {
        private final MetadataLog target;

        NotFoundMeansFailed(MetadataLog target) {
            this.target = target;
        }

        @Override
        public List<ApplyResult> append(List<CoreRecord> records) {
            try {
                return target.append(records);
            } catch (LogAppendException e) {
                if (e.retry() == Retry.UNKNOWN && records.stream().noneMatch(this::isThere)) {
                    throw new LogAppendException("it is not there", Retry.RETRYABLE, e);
                }
                throw e;
            }
        }

        private boolean isThere(CoreRecord record) {
            return record instanceof CoreRecord.PutPointer put
                    && target.image().pointer(put.key()).isPresent();
        }

        @Override
        public UUID clusterId() {
            return target.clusterId();
        }

        @Override
        public CoreImage image() {
            return target.image();
        }

        @Override
        public ApplicationLog application() {
            return target.application();
        }

        @Override
        public Leadership leadership() {
            return target.leadership();
        }

        @Override
        public Leadership takeOver(LeaderCheck check) {
            return target.takeOver(check);
        }

        @Override
        public void snapshot() {
            target.snapshot();
        }

        @Override
        public void close() {
            target.close();
        }
    }
}
