package io.oxbow.benchmarks.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Commands rewrite their own part of a document and nothing else. */
class GeneratedSectionTest {

    private static final String DOCUMENT =
            """
            before
            <!-- begin of one, written by bin/bench -->
            old
            <!-- end of one -->
            after
            """;

    @Test
    void onlyTheSectionChanges() {
        var section = new GeneratedSection(Path.of("x.md"), "one");
        String rewritten = section.rewritten(DOCUMENT, "new");
        assertThat(rewritten)
                .isEqualTo(
                        """
                        before
                        <!-- begin of one, written by bin/bench -->

                        new

                        <!-- end of one -->
                        after
                        """);
        assertThat(section.rewritten(rewritten, "new")).isEqualTo(rewritten);
    }

    @Test
    void aDocumentWithoutItIsNotTouched() {
        var section = new GeneratedSection(Path.of("x.md"), "two");
        assertThatThrownBy(() -> section.rewritten(DOCUMENT, "new"))
                .hasMessageContaining("x.md has no section 'two'");
    }

    /** {@code --docs} would fail at the end of an hour of measuring. */
    @Test
    void theSectionsOfTheCommandsAreInTheirDocument() throws Exception {
        String document = java.nio.file.Files.readString(Path.of("../docs/performance.md"));
        for (String name : java.util.List.of("comparison", "steps")) {
            var section = new GeneratedSection(Path.of("docs/performance.md"), name);
            assertThat(section.rewritten(document, "new")).contains("\nnew\n");
        }
    }
}
