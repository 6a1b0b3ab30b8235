package io.oxbow.s3stream.store.oss;

import com.aliyun.oss.model.ObjectMetadata;
import com.aliyun.oss.model.WebServiceRequest;
import io.oxbow.s3stream.store.Body;
import java.io.FilterInputStream;
import java.io.InputStream;

/** Requests and bodies as the SDK takes them. */
final class OssRequests {

    private OssRequests() {}

    /**
     * A stream that can begin anew, which the SDK would make with a buffer of its own otherwise.
     */
    static InputStream stream(Body body) {
        return new Restartable(body);
    }

    /** The SDK would log a warning for every answer that is an error, "exists" among them. */
    static <R extends WebServiceRequest> R unlogged(R request) {
        request.setLogEnabled(false);
        return request;
    }

    static ObjectMetadata metadata(OssConfig config) {
        var metadata = new ObjectMetadata();
        metadata.setContentType("application/octet-stream");
        config.encryption()
                .ifPresent(wanted -> {
                    metadata.setServerSideEncryption(wanted.algorithm());
                    wanted.keyId().ifPresent(metadata::setServerSideEncryptionKeyId);
                });
        return metadata;
    }

    private static final class Restartable extends FilterInputStream {

        private final Body body;

        Restartable(Body body) {
            super(body.stream());
            this.body = body;
        }

        @Override
        public boolean markSupported() {
            return true;
        }

        /** Nothing to note: the SDK marks the start only. */
        @Override
        public synchronized void mark(int limit) {}

        @Override
        public synchronized void reset() {
            in = body.stream();
        }
    }
}
