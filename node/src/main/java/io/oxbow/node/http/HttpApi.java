package io.oxbow.node.http;

import java.util.Set;

/**
 * An API of the door, below one path, with the bounds of its requests and the form of its errors.
 *
 * @param path that all of its paths start with; empty for what belongs to none
 * @param jsonTypes content types that a body may have
 * @param bodyBytesMax of a request, however much memory there is
 * @param expansion how many times a body's bytes its parsed form takes in memory, at most
 * @param errors bodies of its errors
 */
public record HttpApi(
        String path, Set<String> jsonTypes, int bodyBytesMax, int expansion, ErrorBodies errors) {

    /** Makes bodies of errors in an API's own format. */
    public interface ErrorBodies {

        String contentType();

        byte[] body(int status, String message);
    }

    boolean covers(String requestPath) {
        return requestPath.equals(path) || requestPath.startsWith(path + "/");
    }
}
