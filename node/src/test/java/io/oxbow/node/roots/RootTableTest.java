package io.oxbow.node.roots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that the table of roots is complete, and that nothing is kept after an Error alone. */
class RootTableTest {

    /** Methods that throw on what they caught, and do the same after an Error or owe nothing. */
    private static final Set<String> OWE_NOTHING = Set.of("broker.network.Replies.encode");

    @Test
    void tableListsEveryRootInTheCode() throws Exception {
        List<String> sites = RootScan.sites();
        List<String> rows =
                Stream.of(Roots.INJECTED, OtherRoots.ALL, LibraryRoots.ALL)
                        .flatMap(List::stream)
                        .map(Root::site)
                        .toList();
        List<String> missing = new ArrayList<>(sites);
        rows.forEach(missing::remove);
        // A site may have several rows, for several places on its way.
        List<String> gone = rows.stream().distinct().filter(row -> !sites.contains(row)).toList();
        assertThat(List.of(missing, gone))
                .as("roots without a row, and rows without a root")
                .containsOnly(List.of());
    }

    @Test
    void everyPlaceIsAMethodInTheCode() throws Exception {
        Set<String> methods = ProductClasses.places();
        assertThat(Roots.INJECTED.stream().map(Root::place)).allMatch(methods::contains);
    }

    @Test
    void whoGivesBackAfterAnExceptionDoesSoAfterAnError() throws Exception {
        assertThat(CleanupScan.findings()).containsExactlyInAnyOrderElementsOf(OWE_NOTHING);
    }
}
