package io.oxbow.node.cluster;

import io.javalin.http.Context;

/** Answers requests that cannot be served now in the place of their routes. */
final class Refusals {

    private static final String RETRY_AFTER_SECONDS = "1";

    private Refusals() {}

    /** Answers that nothing was done, and that the client may try again soon. */
    static void unavailable(Context context, String contentType, byte[] body) {
        context.header("Retry-After", RETRY_AFTER_SECONDS);
        answer(context, 503, contentType, body);
    }

    static void answer(Context context, int status, String contentType, byte[] body) {
        context.status(status).contentType(contentType).result(body).skipRemainingHandlers();
    }
}
