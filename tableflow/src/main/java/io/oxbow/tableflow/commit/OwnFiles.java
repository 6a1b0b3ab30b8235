package io.oxbow.tableflow.commit;

import java.util.OptionalLong;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of the files that committers here write. Each has the committer's epoch, so that a file
 * which no table names can be told from one that another writer has not committed yet.
 */
public final class OwnFiles {

    private static final Pattern DATA =
            Pattern.compile(
                    "(\\d{1,18})-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-q)?-\\d+\\.parquet");

    private static final Pattern MANIFEST = Pattern.compile("oxbow-(\\d{1,18})-.+\\.avro");

    private OwnFiles() {}

    /** Returns the beginning of the names of one round's data files. */
    public static String prefix(long epoch, RandomGenerator random) {
        return "%d-%s".formatted(epoch, new UUID(random.nextLong(), random.nextLong()));
    }

    /** Returns the name of a manifest or manifest list. */
    static String manifestName(long epoch, String name) {
        return "oxbow-" + epoch + "-" + name;
    }

    /** Returns the epoch in a file's name; empty for a file of another writer. */
    public static OptionalLong epoch(String location) {
        String name = location.substring(location.lastIndexOf('/') + 1);
        for (Pattern pattern : new Pattern[] {DATA, MANIFEST}) {
            Matcher matcher = pattern.matcher(name);
            if (matcher.matches()) {
                return OptionalLong.of(Long.parseLong(matcher.group(1)));
            }
        }
        return OptionalLong.empty();
    }
}
