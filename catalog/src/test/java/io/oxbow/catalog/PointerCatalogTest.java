package io.oxbow.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.catalog.InMemoryTablePointers.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests faults, races, and names, which Iceberg's contract leaves out. */
final class PointerCatalogTest {

    private static final Schema SCHEMA =
            new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
    private static final Namespace NS = Namespace.of("ns");
    private static final TableIdentifier T = TableIdentifier.of(NS, "t");
    private static final TableIdentifier U = TableIdentifier.of(NS, "u");

    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    @TempDir Path directory;
    private final InMemoryTablePointers pointers = new InMemoryTablePointers();
    private PointerCatalog catalog;

    @BeforeEach
    void open() {
        catalog =
                new PointerCatalog(
                        new PointerCatalog.Settings(
                                "oxbow", directory.toUri().toString(), Map.of()),
                        pointers,
                        new LocalFileIO());
        catalog.createNamespace(NS);
    }

    private static DataFile file(String name) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("file:///nowhere/" + name + ".parquet")
                .withFileSizeInBytes(10)
                .withRecordCount(1)
                .build();
    }

    private static void append(Table table, String file) {
        table.newAppend().appendFile(file(file)).commit();
    }

    private static List<String> files(Table table) throws IOException {
        table.refresh();
        List<String> names = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(
                    task -> names.add(task.file().location().replaceAll(".*/|\\.parquet", "")));
        }
        return names.stream().sorted().toList();
    }

    private long metadataFiles() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> path.toString().endsWith(".metadata.json")).count();
        }
    }

    @Test
    void tablesLieUnderNamespaceAndName() {
        catalog.createNamespace(Namespace.of("ns", "in ner"));
        Table plain = catalog.createTable(T, SCHEMA);
        Table odd =
                catalog.createTable(
                        TableIdentifier.of(Namespace.of("ns", "in ner"), "../x"), SCHEMA);

        String base = directory.toUri().toString().replaceAll("/$", "");
        assertThat(plain.location()).matches(base + "/ns/t-" + UUID);
        assertThat(odd.location()).matches(base + "/ns.in_ner-[0-9a-f]{8}/__x-[0-9a-f]{8}-" + UUID);
    }

    @Test
    void namespaceMayHaveALocationOfItsOwn() {
        Namespace elsewhere = Namespace.of("elsewhere");
        catalog.createNamespace(elsewhere, Map.of("location", directory.toUri() + "other/"));

        assertThat(catalog.createTable(TableIdentifier.of(elsewhere, "t"), SCHEMA).location())
                .matches(directory.toUri() + "other/t-" + UUID);
    }

    @Test
    void conflictingCommitIsTriedAgainAndItsMetadataRemoved() throws Exception {
        Table mine = catalog.createTable(T, SCHEMA);
        Table theirs = catalog.loadTable(T);
        append(theirs, "theirs");
        long before = metadataFiles();

        append(mine, "mine");

        assertThat(files(mine)).containsExactly("mine", "theirs");
        assertThat(metadataFiles()).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void faultyCommitsAreThereOnce(Fault fault) throws Exception {
        Table table = catalog.createTable(T, SCHEMA);
        pointers.fail("iceberg/table/", fault, 1);

        append(table, "a");
        pointers.deliverLate();
        append(table, "b");

        assertThat(files(catalog.loadTable(T))).containsExactly("a", "b");
    }

    @Test
    void commitThatNobodyAnswersIsOfUnknownOutcomeAndItsFilesStay() throws Exception {
        Table table = catalog.createTable(T, SCHEMA);
        pointers.fail("iceberg/table/", Fault.LATE, 100);
        assertThatThrownBy(() -> append(table, "a"))
                .isInstanceOf(CommitStateUnknownException.class);
        pointers.fail("", Fault.LATE, 0);

        pointers.deliverLate();

        assertThat(files(catalog.loadTable(T))).containsExactly("a");
    }

    @Test
    void lostAnswerIsFoundInTheHistoryOfALaterCommit() throws Exception {
        Table mine = catalog.createTable(T, SCHEMA);
        Table theirs = catalog.loadTable(T);
        pointers.fail("iceberg/table/", Fault.LOST_ANSWER, 1);
        int[] puts = {0};
        pointers.beforePut(key -> {
            if (key.startsWith("iceberg/table/") && ++puts[0] == 2) {
                pointers.beforePut(null);
                append(theirs, "theirs");
            }
        });

        append(mine, "mine");

        assertThat(files(mine)).containsExactly("mine", "theirs");
    }

    @Test
    void lostRequestThatAnotherCommitOvertookIsTriedAgain() throws Exception {
        Table mine = catalog.createTable(T, SCHEMA);
        Table theirs = catalog.loadTable(T);
        pointers.fail("iceberg/table/", Fault.LOST_REQUEST, 1);
        int[] puts = {0};
        pointers.beforePut(key -> {
            if (key.startsWith("iceberg/table/") && ++puts[0] == 2) {
                pointers.beforePut(null);
                append(theirs, "theirs");
            }
        });

        append(mine, "mine");

        assertThat(files(mine)).containsExactly("mine", "theirs");
    }

    @Test
    void unavailablePointersFailTheCommitForSure() throws Exception {
        Table table = catalog.createTable(T, SCHEMA);
        table.updateProperties().set("commit.retry.num-retries", "0").commit();
        pointers.fail("iceberg/table/", Fault.UNAVAILABLE, 100);

        assertThatThrownBy(() -> append(table, "a")).isInstanceOf(CommitFailedException.class);
        pointers.fail("", Fault.UNAVAILABLE, 0);

        assertThat(files(table)).isEmpty();
    }

    @Test
    void commitToADroppedTableDoesNotTouchItsSuccessor() throws Exception {
        Table old = catalog.createTable(T, SCHEMA);
        append(old, "old");
        catalog.dropTable(T, false);
        Table successor = catalog.createTable(T, SCHEMA);

        assertThatThrownBy(() -> append(old, "a")).isInstanceOf(RuntimeException.class);

        assertThat(files(successor)).isEmpty();
    }

    @Test
    void missingMetadataFileIsNotAMissingTable() throws Exception {
        Table table = catalog.createTable(T, SCHEMA);
        String location =
                ((org.apache.iceberg.HasTableOperations) table)
                        .operations()
                        .current()
                        .metadataFileLocation();
        Files.delete(LocalFileIO.path(location));
        PointerCatalog cold =
                new PointerCatalog(
                        new PointerCatalog.Settings("cold", directory.toUri().toString(), Map.of()),
                        pointers,
                        new LocalFileIO());

        assertThatThrownBy(() -> cold.loadTable(T)).isInstanceOf(NotFoundException.class);
        try (CatalogServer server = new CatalogServer(cold);
                var client = server.connect("c", Map.of())) {
            assertThatThrownBy(() -> client.loadTable(T))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining(location.replaceFirst("^file:(//)?", ""));
        }
    }

    @Test
    void renamedTableKeepsItsCommits() throws Exception {
        Table table = catalog.createTable(T, SCHEMA);
        append(table, "a");

        catalog.renameTable(T, U);

        assertThat(files(catalog.loadTable(U))).containsExactly("a");
        assertThat(catalog.listTables(NS)).containsExactly(U);
        assertThatThrownBy(() -> catalog.loadTable(T)).isInstanceOf(NoSuchTableException.class);
    }

    @Test
    void interruptedRenameLeavesOneTableUnderTwoNames() throws Exception {
        catalog.createTable(T, SCHEMA);
        pointers.fail("iceberg/name/ns/t", Fault.UNAVAILABLE, 1);
        assertThatThrownBy(() -> catalog.renameTable(T, U))
                .isInstanceOf(PointersUnavailableException.class);

        append(catalog.loadTable(U), "a");

        assertThat(files(catalog.loadTable(T))).containsExactly("a");
    }

    @Test
    void creationThatLosesItsRaceLeavesNoGarbage() throws Exception {
        pointers.beforePut(key -> {
            if (key.equals("iceberg/name/ns/t")) {
                pointers.beforePut(null);
                catalog.createTable(T, SCHEMA);
            }
        });

        assertThatThrownBy(() -> catalog.createTable(T, SCHEMA))
                .isInstanceOf(AlreadyExistsException.class);

        assertThat(pointers.list("iceberg/table/")).hasSize(1);
        assertThat(metadataFiles()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void faultyCreationsHappenOnce(Fault fault) {
        pointers.fail("iceberg/", fault, 1);
        try {
            catalog.createTable(T, SCHEMA);
        } catch (PointersUnavailableException e) {
            assertThat(fault).isEqualTo(Fault.UNAVAILABLE);
            catalog.createTable(T, SCHEMA);
        }
        pointers.deliverLate();

        assertThat(catalog.listTables(NS)).containsExactly(T);
        assertThat(pointers.list("iceberg/table/")).hasSize(1);
    }

    @Test
    void tableCreatedWhileItsNamespaceIsDroppedIsUndone() {
        pointers.beforePut(key -> {
            if (key.equals("iceberg/name/ns/t")) {
                pointers.beforePut(null);
                catalog.dropNamespace(NS);
            }
        });

        assertThatThrownBy(() -> catalog.createTable(T, SCHEMA))
                .isInstanceOf(NoSuchNamespaceException.class);

        assertThat(pointers.list("iceberg/")).isEmpty();
    }

    @Test
    void namespaceIsNotDroppedOverATableCreatedMeanwhile() {
        pointers.beforePut(key -> {
            if (key.equals("iceberg/namespace/ns")) {
                pointers.beforePut(null);
                catalog.createTable(T, SCHEMA);
            }
        });

        assertThatThrownBy(() -> catalog.dropNamespace(NS))
                .isInstanceOf(NamespaceNotEmptyException.class);
        assertThat(catalog.listTables(NS)).containsExactly(T);
    }

    @Test
    void namespacesNestAndHoldTheirPlace() {
        Namespace inner = Namespace.of("ns", "inner");
        assertThatThrownBy(() -> catalog.createNamespace(Namespace.of("none", "x")))
                .isInstanceOf(NoSuchNamespaceException.class);
        catalog.createNamespace(inner, Map.of("k", "v"));
        catalog.createNamespace(Namespace.of("ns2"));

        assertThat(catalog.listNamespaces(NS)).containsExactly(inner);
        assertThat(catalog.listNamespaces()).containsExactly(NS, Namespace.of("ns2"));
        assertThat(catalog.loadNamespaceMetadata(inner)).containsEntry("k", "v");
        assertThatThrownBy(() -> catalog.dropNamespace(NS))
                .isInstanceOf(NamespaceNotEmptyException.class);
    }

    @Test
    void concurrentAppendsAreEachThereOnce() throws Exception {
        catalog.createTable(T, SCHEMA);
        appendConcurrently(catalog, 8, 6);
    }

    @Test
    void concurrentAppendsThroughTheServerAreEachThereOnce() throws Exception {
        catalog.createTable(T, SCHEMA);
        try (CatalogServer server = new CatalogServer(catalog);
                var client = server.connect("c", Map.of())) {
            appendConcurrently(client, 8, 6);
        }
    }

    private static void appendConcurrently(Catalog catalog, int writers, int appends)
            throws Exception {
        catalog.loadTable(T)
                .updateProperties()
                .set("commit.retry.num-retries", "1000")
                .set("commit.retry.min-wait-ms", "1")
                .set("commit.retry.max-wait-ms", "20")
                .commit();
        List<Future<?>> running = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < writers; writer++) {
                List<String> mine = new ArrayList<>();
                for (int i = 0; i < appends; i++) {
                    mine.add("w" + writer + "-" + i);
                }
                expected.addAll(mine);
                running.add(
                        executor.submit(() -> {
                            Table table = catalog.loadTable(T);
                            mine.forEach(name -> append(table, name));
                        }));
            }
        }
        for (Future<?> writer : running) {
            writer.get();
        }
        assertThat(files(catalog.loadTable(T)))
                .containsExactlyElementsOf(expected.stream().sorted().toList());
    }
}
