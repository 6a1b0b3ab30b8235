package io.oxbow.s3stream.store.oss;

import com.aliyun.oss.ClientConfiguration;
import com.aliyun.oss.ServiceException;
import com.aliyun.oss.common.comm.RequestMessage;
import com.aliyun.oss.common.comm.ResponseMessage;
import com.aliyun.oss.common.comm.RetryStrategy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the HTTP status of an error answer. The SDK's exceptions don't carry it, but the SDK shows
 * the answer to its retry strategy: this one never retries, and writes the status into the
 * exception.
 */
final class OssStatus extends RetryStrategy {

    private static final String FIELD = "oxbow.http-status";

    private OssStatus() {}

    static void noteOn(ClientConfiguration settings) {
        settings.setRetryStrategy(new OssStatus());
        // With no retries allowed the strategy would not be asked at all.
        settings.setMaxErrorRetry(1);
    }

    /** Returns the status, or 0 when there was no answer or none whose status could be kept. */
    static int of(RuntimeException failure) {
        if (failure instanceof ServiceException answer && answer.getErrorFields() != null) {
            return Integer.parseInt(answer.getErrorFields().getOrDefault(FIELD, "0"));
        }
        return 0;
    }

    @Override
    public boolean shouldRetry(
            Exception failure,
            RequestMessage request,
            @Nullable ResponseMessage response,
            int retries) {
        if (failure instanceof ServiceException answer && response != null) {
            Map<String, String> fields = new HashMap<>();
            if (answer.getErrorFields() != null) {
                fields.putAll(answer.getErrorFields());
            }
            fields.put(FIELD, Integer.toString(response.getStatusCode()));
            answer.setErrorFields(fields);
        }
        return false;
    }
}
