package io.oxbow.s3stream.store.oss;

import com.aliyun.oss.model.ObjectMetadata;
import com.aliyun.oss.model.WebServiceRequest;
import io.oxbow.s3stream.store.Body;
import java.io.FilterInputStream;
import java.io.InputStream;

/** Makes requests and bodies for the SDK. */
final class OssRequests {

    private OssRequests() {}

    /**
     * Returns an input stream that can restart from its beginning, for which the SDK would need a
     * buffer otherwise.
     */
    static InputStream stream(Body body) {
        return new Restartable(body);
    }

    /** Turns off the SDK's warnings for answers that are errors; "exists" is one of them. */
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

        /** Does nothing, since the SDK marks only the start. */
        @Override
        public synchronized void mark(int limit) {}

        @Override
        public synchronized void reset() {
            in = body.stream();
        }
    }
}
