package io.oxbow.s3stream.store.oss;

import com.aliyun.oss.ClientException;
import com.aliyun.oss.InconsistentException;
import com.aliyun.oss.ServiceException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.store.StoreMetrics;
import java.net.SocketTimeoutException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Failure of a request to OSS, as the SDK's exception tells it.
 *
 * @param status of the answer; 0 when there was none
 * @param code OSS's word for it; empty when there was no answer
 */
record OssFailure(RuntimeException cause, int status, String code) {

    /**
     * Statuses that mean "not now": the request may be repeated. 409 is a conflict between requests
     * under way, not an answer.
     */
    private static final Set<Integer> PASSING = Set.of(408, 409, 425, 429);

    /** Turns an SDK exception into a failure; an exception from elsewhere is thrown again. */
    static OssFailure of(RuntimeException e) {
        return switch (e) {
            case ServiceException answer ->
                    new OssFailure(e, OssStatus.of(e), String.valueOf(answer.getErrorCode()));
            case ClientException none -> new OssFailure(e, 0, "");
            case InconsistentException differs -> new OssFailure(e, 0, "");
            case java.io.UncheckedIOException broken -> new OssFailure(e, 0, "");
            default -> throw e;
        };
    }

    /**
     * Returns whether the same call may succeed later; for a write it also means that it may have
     * been applied.
     */
    boolean isPassing() {
        if (cause instanceof OssCredentials.NoCredentialsException) {
            return false;
        }
        // 400 RequestTimeout is about the connection, not about the request.
        return status < 400
                || status >= 500
                || PASSING.contains(status)
                || code.equals("RequestTimeout");
    }

    /** Returns whether the store gave no answer at all. */
    boolean isUnanswered() {
        return status == 0 && code.isEmpty();
    }

    /** Returns the outcome under which the request is counted. */
    StoreMetrics.Outcome outcome() {
        if (saysExists()) {
            return StoreMetrics.Outcome.EXISTS;
        }
        return switch (status) {
            case 0 -> isTimeout() ? StoreMetrics.Outcome.TIMEOUT : StoreMetrics.Outcome.NO_ANSWER;
            case 404 -> StoreMetrics.Outcome.NOT_FOUND;
            case 409 -> StoreMetrics.Outcome.CONFLICT;
            case 429, 503 -> StoreMetrics.Outcome.THROTTLED;
            default ->
                    status >= 500
                            ? StoreMetrics.Outcome.SERVER_ERROR
                            : StoreMetrics.Outcome.REFUSED;
        };
    }

    private boolean isTimeout() {
        for (@Nullable Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a create-only put met an object. */
    boolean saysExists() {
        return code.equals("FileAlreadyExists");
    }

    /**
     * Returns whether the object does not exist; a missing bucket is no answer about the object.
     */
    boolean saysNoSuchKey() {
        return code.equals("NoSuchKey");
    }

    boolean saysNoSuchUpload() {
        return code.equals("NoSuchUpload");
    }

    /** Returns whether the object ends before the range begins. */
    boolean saysOutOfRange() {
        return code.equals("InvalidRange");
    }

    StoreException explain(String what, Retry retry) {
        String why =
                switch (cause) {
                    case ServiceException answer ->
                            "the store answered %d %s (request %s)"
                                    .formatted(status, code, answer.getRequestId());
                    case InconsistentException differs ->
                            "the store holds other bytes than were sent (CRC-64 %016x, sent %016x, request %s)"
                                    .formatted(
                                            differs.getServerChecksum(),
                                            differs.getClientChecksum(),
                                            differs.getRequestId());
                    case ClientException none -> String.valueOf(none.getErrorMessage());
                    default -> String.valueOf(cause.getMessage());
                };
        return new StoreException(what + " failed: " + why, retry, cause);
    }
}
