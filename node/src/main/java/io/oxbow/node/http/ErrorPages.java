package io.oxbow.node.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers what the HTTP server itself refuses, a malformed path for one, in the API's own format.
 */
final class ErrorPages extends ErrorHandler {

    private final HttpApis apis;

    ErrorPages(HttpApis apis) {
        this.apis = apis;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int status,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        String path = request.getHttpURI().getCanonicalPath();
        // A path that can't be decoded has no canonical form.
        HttpApi api = apis.of(path == null ? request.getHttpURI().getPath() : path);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, api.errors().contentType());
        String text = message == null ? HttpStatus.getMessage(status) : message;
        response.write(true, ByteBuffer.wrap(api.errors().body(status, text)), callback);
    }
}
