package io.oxbow.catalog;

import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * Reads the segments of a request's path as the client encoded them. Iceberg's clients encode names
 * as forms are: a space is a plus sign, and a plus sign is %2B; once the server has decoded the
 * path, one can't be told from the other.
 */
final class RawPath {

    private RawPath() {}

    /** Returns the decoded segment at {@code index} of the path below {@code root}. */
    static String segment(Context ctx, String root, int index) {
        String path = ctx.req().getRequestURI();
        String[] segments =
                path.startsWith(root + "/")
                        ? path.substring(root.length() + 1).split("/", -1)
                        : new String[0];
        if (index >= segments.length || segments[index].isEmpty()) {
            throw new BadRequestException("The path '%s' lacks a name", path);
        }
        try {
            String name = segments[index];
            int parameters = name.indexOf(';');
            return URLDecoder.decode(
                    parameters < 0 ? name : name.substring(0, parameters), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("The path '%s' is not encoded well", path);
        }
    }
}
