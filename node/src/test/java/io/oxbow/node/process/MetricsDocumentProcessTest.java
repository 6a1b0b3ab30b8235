package io.oxbow.node.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/metrics.md} is made from what a node with a table tells of itself. Run with {@code
 * -Doxbow.docs.write=true} to write it anew.
 */
@Timeout(180)
class MetricsDocumentProcessTest {

    private static final Path DOCUMENT = Path.of("../docs/metrics.md");
    private static final Pattern HELP = Pattern.compile("# HELP (oxbow_\\S+) (.*)");
    private static final Pattern TYPE = Pattern.compile("# TYPE (oxbow_\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("(oxbow_[a-z_]+)\\{([^}]*)} .*");
    private static final Pattern LABEL = Pattern.compile("([a-z]+)=\"");

    @TempDir Path temporary = Path.of("");

    @Test
    void documentSaysWhatANodeTells() throws Exception {
        String document = document(scrapeOfANodeWithATable());
        if (Boolean.getBoolean("oxbow.docs.write")) {
            Files.writeString(DOCUMENT, document);
        }
        assertThat(document)
                .contains("`oxbow_wal_used_bytes`")
                .contains("`oxbow_table_rows_total`")
                .contains("`oxbow_store_requests_total`");
        assertThat(Files.readString(DOCUMENT))
                .as("docs/metrics.md is out of date: run this test with -Doxbow.docs.write=true")
                .isEqualTo(document);
    }

    private String scrapeOfANodeWithATable() throws Exception {
        try (var node = OxbowProcess.start(temporary.resolve("data"), Map.of());
                var client = HttpClient.newHttpClient()) {
            var topic = new JsonTopic("events", 1);
            topic.create(node);
            topic.produce(node, 0, 10);
            topic.awaitVerified(node, 10);
            askForAnUnknownTopic(node);
            var request =
                    HttpRequest.newBuilder(URI.create("http://" + node.http() + "/metrics"))
                            .build();
            return scrapeWithAGroup(client, request);
        }
    }

    /** So that there is a reply with an error. */
    private static void askForAnUnknownTopic(OxbowProcess node) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", node.kafka()))) {
            assertThatThrownBy(() -> admin.describeTopics(List.of("no-such")).allTopicNames().get())
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    /** The group that shows the table's progress comes a moment after the table. */
    private static String scrapeWithAGroup(HttpClient client, HttpRequest request)
            throws Exception {
        String scrape = "";
        while (!scrape.contains("oxbow_group_lag{")) {
            scrape = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
        return scrape;
    }

    private static String document(String scrape) {
        return """
        # Metrics

        `/metrics` of a node's HTTP address answers in Prometheus' text format. Beside what is below it tells of the
        JVM (`jvm_…`) and its processors (`system_…`, `process_…`). Counters begin at 0 when the node starts. This page
        is made from what a node tells.

        ## The bucket

        %s
        ## The engine

        %s
        ## Kafka's clients

        A topic's numbers go with the topic. More than 1,000 topics share the name `(others)`. Lags are told of the first
        1,000 groups by name, up to 10,000 partitions.

        %s
        ## Tables

        %s\
        """
                .formatted(
                        rows(scrape, "oxbow_store_.*"),
                        rows(scrape, "oxbow_(?!store_|table_|kafka_|topic_|group_lag|client_).*"),
                        rows(scrape, "oxbow_(kafka_|topic_|group_lag|client_).*"),
                        rows(scrape, "oxbow_table_.*"));
    }

    private static String rows(String scrape, String wanted) {
        Map<String, String> types = found(TYPE, scrape);
        Map<String, String> meanings = found(HELP, scrape);
        return "| name | type | labels | meaning |\n|---|---|---|---|\n"
                + types.entrySet().stream()
                        .filter(type -> type.getKey().matches(wanted))
                        .map(type -> row(type, labels(scrape, type.getKey()), meanings))
                        .collect(Collectors.joining());
    }

    private static String row(
            Map.Entry<String, String> type, String labels, Map<String, String> meanings) {
        String name = type.getKey();
        assertThat(meanings.getOrDefault(name, "")).as("what %s means", name).isNotBlank();
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        name, type.getValue(), labels, sentence(meanings.getOrDefault(name, "")));
    }

    private static String sentence(String meaning) {
        return meaning.endsWith(".") ? meaning : meaning + ".";
    }

    private static Map<String, String> found(Pattern pattern, String scrape) {
        Map<String, String> found = new TreeMap<>();
        scrape.lines()
                .map(pattern::matcher)
                .filter(matcher -> matcher.matches())
                .forEach(matcher -> found.put(matcher.group(1), matcher.group(2)));
        return found;
    }

    /** A histogram's samples have a suffix, and its buckets a label that means nothing here. */
    private static String labels(String scrape, String name) {
        Set<String> labels = new TreeSet<>();
        scrape.lines()
                .map(SAMPLE::matcher)
                .filter(sample -> sample.matches())
                .filter(sample -> sample.group(1).matches(name + "(_count)?"))
                .map(sample -> LABEL.matcher(sample.group(2)))
                .forEach(label -> label.results().forEach(each -> labels.add(each.group(1))));
        return labels.stream().map(each -> "`" + each + "`").collect(Collectors.joining(", "));
    }
}
