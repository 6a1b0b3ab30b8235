package io.oxbow.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the normal form of locations, and the relations between them. */
final class LocationTest {

    private static final List<String> NAMES =
            List.of("a", "t-1", "t-10", "x y", "ü", "a+b", "p=a%2Fb", "50%", "...", ".hidden");

    private final Random random = new Random(18);

    private List<String> path() {
        List<String> path = new ArrayList<>();
        int length = 1 + random.nextInt(4);
        for (int i = 0; i < length; i++) {
            path.add(NAMES.get(random.nextInt(NAMES.size())));
        }
        return path;
    }

    /** The path as clients spell it: with slashes doubled and at the end. */
    private String spelled(List<String> path) {
        StringBuilder text = new StringBuilder();
        for (String segment : path) {
            text.append("/".repeat(1 + random.nextInt(2))).append(segment);
        }
        return text.append("/".repeat(random.nextInt(3))).toString();
    }

    private String any(String... prefixes) {
        return prefixes[random.nextInt(prefixes.length)];
    }

    @Test
    void allSpellingsOfAPlaceAreOne() {
        for (int i = 0; i < 2_000; i++) {
            List<String> path = path();
            String file =
                    any("file:/", "file:///", "/", "FILE:/", "file://localhost/", "file:////");
            String below = spelled(path).replaceFirst("^/+", "");
            Location local = Location.of(file + below);
            assertThat(local).hasToString("file:///" + String.join("/", path));
            assertThat(local.path()).hasToString("/" + String.join("/", path));

            Location s3 = Location.of(any("s3", "s3a", "s3n", "S3A") + "://b" + spelled(path));
            assertThat(s3).hasToString("s3://b/" + String.join("/", path));
            assertThat(s3).isEqualTo(Location.of(s3.toString())).isNotEqualTo(local);
            assertThat(Location.of("oss://b" + spelled(path)))
                    .hasToString("oss://b/" + String.join("/", path));
        }
    }

    @Test
    void aFolderContainsWhatLiesBelowItAndNothingElse() {
        for (int i = 0; i < 2_000; i++) {
            List<String> folder = path();
            List<String> other = path();
            Location here = Location.of("s3://b" + spelled(folder));
            Location there = Location.of("s3a://b" + spelled(other));
            boolean below =
                    other.size() > folder.size() && other.subList(0, folder.size()).equals(folder);

            assertThat(here.contains(there)).isEqualTo(below);
            assertThat(here.contains(here)).isFalse();
            if (below) {
                assertThat(here.resolve(here.keyOf(there))).isEqualTo(there);
            } else {
                assertThatThrownBy(() -> here.keyOf(there)).hasMessageContaining("does not lie in");
            }
        }
        assertThat(Location.of("s3://b/t-1").contains(Location.of("s3://b/t-10/x"))).isFalse();
        assertThat(Location.of("s3://b/t").contains(Location.of("s3://c/t/x"))).isFalse();
        assertThat(Location.of("s3://b/t").contains(Location.of("oss://b/t/x"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "x/y",
                "//x/y",
                "file:x",
                "file://host/x",
                "file://x",
                "s3:/b/x",
                "s3:b/x",
                "s3:///x",
                "s3://",
                "s3://key:secret@b/x",
                "s3://b/x?y",
                "s3://b/x#y",
                "s3://b/a/../c",
                "s3://b/..",
                "file:///a/./b",
                "/a/../b",
                "s3://b/%2e%2e/c",
                "s3://b/.%2E/c",
                "s3://b/%252e%252e",
                "s3://b/t%2f..%2F..%252fc",
                "s3://b/a\\b",
                "s3://b/a\u0000b",
                "s3://b/a\nb",
                "://b/x"
            })
    void ambiguousLocationsAreRefused(String text) {
        assertThatThrownBy(() -> Location.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a location");
    }

    /** One pass suffices: a location is as long as a request's body may be. */
    @Test
    @Timeout(60)
    void locationThatIsEscapedVeryOftenIsJudgedAtOnce() {
        String often = "s3://b/%" + "25".repeat(500_000);

        assertThatThrownBy(() -> Location.of(often + "2e"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Location.of(often)).hasToString(often);
    }
}
