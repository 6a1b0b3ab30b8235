package io.oxbow.catalog;

import io.javalin.http.Context;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;

/**
 * The part of a list that a request asks for.
 *
 * @param token where it begins; empty for the beginning
 * @param size how many entries it has at most; null for all
 */
record Page(String token, @Nullable String size) {

    private static final int SIZE_MAX = 1_000_000;

    static Page of(Context ctx) {
        String token = ctx.queryParam("pageToken");
        String size = ctx.queryParam("pageSize");
        if (token != null && !token.isEmpty()) {
            number("pageToken", token, 0, Integer.MAX_VALUE - SIZE_MAX);
        }
        if (size != null) {
            number("pageSize", size, 1, SIZE_MAX);
        }
        return new Page(token == null ? "" : token, size);
    }

    private static void number(String name, String value, int min, int max) {
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return;
            }
        } catch (NumberFormatException e) {
            // answered below, as every number that is out of range
        }
        throw new BadRequestException("%s is '%s', which is not valid for this list", name, value);
    }
}
