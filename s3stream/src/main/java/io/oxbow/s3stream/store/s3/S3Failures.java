package io.oxbow.s3stream.store.s3;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.store.StoreMetrics.Outcome;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Interprets the SDK's exceptions. */
final class S3Failures {

    /**
     * Statuses that mean "not now": the request may be repeated. 409 is a conflict between requests
     * under way, not an answer.
     */
    private static final Set<Integer> PASSING = Set.of(408, 409, 425, 429, 500, 502, 503, 504);

    /** Error codes that mean "not now" as well; their statuses differ between stores. */
    private static final Set<String> PASSING_CODES =
            Set.of("RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable");

    private S3Failures() {}

    /**
     * Returns whether the same request may succeed later; for a write it also means that it may
     * have been applied.
     */
    static boolean isPassing(SdkException failure) {
        if (failure instanceof SdkServiceException answer) {
            return PASSING.contains(answer.statusCode()) || PASSING_CODES.contains(code(answer));
        }
        return !isStranger(failure);
    }

    /** Returns whether the server could not prove its identity, so that nothing was sent to it. */
    private static boolean isStranger(SdkException failure) {
        return hasCause(failure, CertificateException.class)
                || hasCause(failure, SSLPeerUnverifiedException.class);
    }

    /** Returns whether the store gave no answer at all. */
    static boolean isUnanswered(SdkException failure) {
        return !(failure instanceof SdkServiceException);
    }

    /**
     * Returns the errors of single keys in an answer to a request for many, if all are final.
     *
     * @throws S3Exception if one of them says: not now
     */
    static List<S3Error> unlessPassing(List<S3Error> errors) {
        for (S3Error error : errors) {
            if (PASSING_CODES.contains(error.code())) {
                throw S3Exception.builder()
                        .message("%s: %s".formatted(error.key(), error.message()))
                        .awsErrorDetails(AwsErrorDetails.builder().errorCode(error.code()).build())
                        .statusCode(503)
                        .build();
            }
        }
        return errors;
    }

    static int status(SdkException failure) {
        return failure instanceof SdkServiceException answer ? answer.statusCode() : 0;
    }

    static String code(SdkException failure) {
        return failure instanceof AwsServiceException answer && answer.awsErrorDetails() != null
                ? String.valueOf(answer.awsErrorDetails().errorCode())
                : "";
    }

    static boolean isNoSuchUpload(SdkException failure) {
        return "NoSuchUpload".equals(code(failure));
    }

    static Outcome outcome(SdkException failure) {
        return switch (status(failure)) {
            case 0 -> isTimeout(failure) ? Outcome.TIMEOUT : Outcome.NO_ANSWER;
            case 404 -> Outcome.NOT_FOUND;
            case 409 -> Outcome.CONFLICT;
            case 412 -> Outcome.EXISTS;
            case 429, 503 -> Outcome.THROTTLED;
            case 200, 500, 502, 504 -> Outcome.SERVER_ERROR;
            default -> Outcome.REFUSED;
        };
    }

    private static boolean isTimeout(SdkException failure) {
        return failure instanceof ApiCallAttemptTimeoutException
                || failure instanceof ApiCallTimeoutException
                || hasCause(failure, SocketTimeoutException.class);
    }

    private static boolean hasCause(SdkException failure, Class<? extends Exception> type) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    static StoreException explain(String what, Retry retry, SdkException failure) {
        String why =
                failure instanceof SdkServiceException
                        ? "the store answered %d %s".formatted(status(failure), code(failure))
                        : failure.getMessage()
                                + (isStranger(failure)
                                        ? "; if its certificate is one of your own, name its"
                                                + " authority with "
                                                + S3Options.TRUST_STORE
                                        : "");
        return new StoreException(what + " failed: " + why, retry, failure);
    }
}
