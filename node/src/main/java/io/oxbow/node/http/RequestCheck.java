package io.oxbow.node.http;

import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * Checks a request's host, the page that it comes from, and the type and length that it claims for
 * its body.
 */
final class RequestCheck {

    private static final int FORBIDDEN = 403;
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;

    private final KnownHosts hosts;

    RequestCheck(KnownHosts hosts) {
        this.hosts = hosts;
    }

    void check(Request request, HttpApi api) throws Refusal {
        checkHost(request);
        checkOrigin(request);
        if (hasBody(request)) {
            checkContent(request, api);
        }
    }

    private void checkHost(Request request) throws Refusal {
        List<String> given = request.getHeaders().getValuesList(HttpHeader.HOST);
        String target = request.getHttpURI().getAuthority();
        for (String host : given) {
            requireKnown(host);
        }
        if (target != null && !given.isEmpty()) {
            requireKnown(target);
        }
    }

    private void requireKnown(String host) throws Refusal {
        if (!hosts.knows(host)) {
            throw new Refusal(
                    FORBIDDEN,
                    "This node is not known as '%s'. If it should be, add the name to oxbow.http.hosts"
                            .formatted(host));
        }
    }

    private void checkOrigin(Request request) throws Refusal {
        for (String origin : request.getHeaders().getValuesList(HttpHeader.ORIGIN)) {
            if (!hosts.knowsOrigin(origin)) {
                throw new Refusal(
                        FORBIDDEN,
                        "Pages of '%s' may not call this node. If they should, add its host to oxbow.http.hosts"
                                .formatted(origin));
            }
        }
    }

    static boolean hasBody(Request request) {
        return request.getLength() > 0
                || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    private static void checkContent(Request request, HttpApi api) throws Refusal {
        List<String> types = request.getHeaders().getValuesList(HttpHeader.CONTENT_TYPE);
        if (types.size() != 1 || !api.jsonTypes().contains(mediaType(types.getFirst()))) {
            throw new Refusal(
                    UNSUPPORTED_MEDIA_TYPE,
                    "The body must have one of the content types %s, not %s"
                            .formatted(api.jsonTypes(), types));
        }
        List<String> encodings = request.getHeaders().getValuesList(HttpHeader.CONTENT_ENCODING);
        if (!encodings.stream().allMatch("identity"::equalsIgnoreCase)) {
            throw new Refusal(
                    UNSUPPORTED_MEDIA_TYPE,
                    "Bodies are taken without a content encoding, not as " + encodings);
        }
    }

    private static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return type.strip().toLowerCase(Locale.ROOT);
    }
}
