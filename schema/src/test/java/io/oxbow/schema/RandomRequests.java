package io.oxbow.schema;

import java.util.List;
import java.util.Random;

/** Requests made of pieces that the registry's API knows and of pieces that it doesn't. */
final class RandomRequests {

    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE", "PATCH");

    private static final List<String> SEGMENTS =
            List.of(
                    "subjects",
                    "schemas",
                    "ids",
                    "versions",
                    "config",
                    "mode",
                    "compatibility",
                    "contexts",
                    "types",
                    "schema",
                    "referencedby",
                    "s",
                    "1",
                    "0",
                    "-1",
                    "latest",
                    "-2147483648",
                    "99999999999",
                    "1e9",
                    "%00",
                    "%1F",
                    "%2F",
                    "%2e%2e",
                    "+",
                    "%25",
                    "%F0%9F%98%80",
                    "a%20b",
                    ":.ctx:s",
                    ":.:",
                    ":*:",
                    ";x=y",
                    "*",
                    "%7B%7D");

    private static final List<String> QUERIES =
            List.of(
                    "deleted",
                    "permanent",
                    "normalize",
                    "verbose",
                    "defaultToGlobal",
                    "latestOnly",
                    "subjectPrefix",
                    "fetchMaxId",
                    "deletedOnly",
                    "offset",
                    "limit",
                    "force",
                    "format",
                    "subject");

    private static final List<String> VALUES =
            List.of("true", "false", "", "-1", "0", "1", "99999999999", "x", "%00", ":*:", "+");

    private static final List<String> BODIES =
            List.of(
                    "",
                    "null",
                    "[]",
                    "{}",
                    "1",
                    "\"x\"",
                    "{",
                    "{\"schema\":null}",
                    "{\"schema\":\"\\\"int\\\"\"}",
                    "{\"schema\":\"\"}",
                    "{\"schema\":\"null\"}",
                    "{\"schema\":\"[]\"}",
                    "{\"schema\":\"{\\\"type\\\":1}\"}",
                    "{\"schema\":\"{\\\"type\\\":{\\\"type\\\":\\\"x\\\"}}\"}",
                    "{\"schema\":\"{\\\"type\\\":\\\"fixed\\\",\\\"name\\\":\\\"f\\\",\\\"size\\\":1e99}\"}",
                    "{\"schema\":\"{\\\"type\\\":\\\"fixed\\\",\\\"name\\\":\\\"f\\\",\\\"size\\\":-1}\"}",
                    "{\"schema\":\"{\\\"type\\\":\\\"enum\\\",\\\"name\\\":\\\"e\\\",\\\"symbols\\\":[null,1]}\"}",
                    "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"r\\\",\\\"fields\\\":[1]}\"}",
                    "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"r\\\",\\\"fields\\\":{}}\"}",
                    "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"r\\\",\\\"fields\\\":[{\\\"name\\\":\\\"a\\\",\\\"type\\\":\\\"int\\\",\\\"default\\\":1E2147483649}]}\"}",
                    "{\"schema\":\"\\\"int\\\"\",\"references\":{}}",
                    "{\"schema\":\"\\\"int\\\"\",\"references\":[1]}",
                    "{\"schema\":\"\\\"int\\\"\",\"references\":[{\"name\":\"n\",\"subject\":\"s\",\"version\":-1}]}",
                    "{\"schema\":\"\\\"int\\\"\",\"references\":[{\"name\":\"n\",\"subject\":\":.c:s\",\"version\":1}]}",
                    "{\"schema\":\"\\\"int\\\"\",\"id\":1E2147483649}",
                    "{\"compatibility\":7}",
                    "{\"compatibility\":\"FULL\"}",
                    "{\"mode\":null}",
                    "{\"mode\":\"READWRITE\"}",
                    "{\"schema\":\"\\ud800\"}");

    private RandomRequests() {}

    static String method(Random random) {
        return pick(random, METHODS);
    }

    static String path(Random random) {
        var path = new StringBuilder();
        for (int i = random.nextInt(6); i >= 0; i--) {
            path.append('/').append(pick(random, SEGMENTS));
        }
        char separator = '?';
        for (int i = random.nextInt(3); i > 0; i--) {
            path.append(separator)
                    .append(pick(random, QUERIES))
                    .append('=')
                    .append(pick(random, VALUES));
            separator = '&';
        }
        return path.toString();
    }

    static String body(Random random) {
        return pick(random, BODIES);
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
