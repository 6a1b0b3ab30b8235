package io.oxbow.s3stream.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ObjectKeyTest {

    @Test
    void pathIsPinned() {
        assertThat(new ObjectKey(3, 17, 42).path()).isEqualTo("objects/2a/3-17-42");
    }

    @Test
    void pathsAreReadBack() {
        var key = new ObjectKey(Integer.MAX_VALUE, Long.MAX_VALUE, 0);
        assertThat(ObjectKey.parse(key.path())).contains(key);
    }

    @Test
    void otherKeysAreNotOurs() {
        String path = new ObjectKey(3, 17, 42).path();
        assertThat(ObjectKey.parse(path + "0")).isEmpty();
        assertThat(ObjectKey.parse("objects/00/x")).isEmpty();
        assertThat(ObjectKey.parse("tables/00/1-2-3")).isEmpty();
        assertThat(ObjectKey.parse("objects/00/99999999999-2-3")).isEmpty();
        assertThat(ObjectKey.parse("objects/00/1-9999999999999999999-3")).isEmpty();
        assertThat(ObjectKey.parse(path.replace("/3-", "/03-"))).isEmpty();
    }

    @Test
    void objectsSpreadOverAllPrefixes() {
        Set<String> prefixes = new HashSet<>();
        for (int number = 0; number < 4000; number++) {
            prefixes.add(new ObjectKey(1, 1, number).path().substring(0, 11));
        }
        assertThat(prefixes).hasSize(ObjectKey.PREFIXES);
        assertThat(prefixes).contains(ObjectKey.prefix(0), ObjectKey.prefix(255));
    }
}
