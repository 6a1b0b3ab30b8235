package io.oxbow.node.metrics;

import io.oxbow.broker.Broker;
import io.oxbow.broker.group.GroupLags;
import io.oxbow.broker.network.NetworkServer;
import io.oxbow.broker.network.RequestStats;
import io.oxbow.broker.partition.TopicTraffic;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Metrics of topics, groups and Kafka's APIs, put together at each scrape, so that what has gone
 * from the broker has gone from the scrape.
 */
public final class TrafficMetrics implements MultiCollector {

    private static final int GROUPS_MAX = 1_000;
    private static final int LAGS_MAX = 10_000;

    /** Longest wait for the lags of groups, below a scraper's patience. */
    private static final Duration GROUPS_LIMIT = Duration.ofSeconds(3);

    private final Broker broker;
    private final NetworkServer kafka;
    private final GroupLags lags;

    public TrafficMetrics(Broker broker, NetworkServer kafka) {
        this.broker = broker;
        this.kafka = kafka;
        lags = broker.groupLags(GROUPS_MAX, LAGS_MAX);
    }

    @Override
    public MetricSnapshots collect() {
        var all = new ArrayList<MetricSnapshot>();
        addTopics(all);
        addRequests(all);
        addGroups(all);
        return new MetricSnapshots(all);
    }

    private void addTopics(List<MetricSnapshot> all) {
        List<TopicTraffic> topics = broker.traffic();
        all.add(
                byTopic(
                        "oxbow_topic_in_bytes",
                        "Batches of records appended to the topic",
                        topics,
                        TopicTraffic::appendedBytes));
        all.add(
                byTopic(
                        "oxbow_topic_in_records",
                        "Records appended to the topic",
                        topics,
                        TopicTraffic::appendedRecords));
        all.add(
                byTopic(
                        "oxbow_topic_out_bytes",
                        "Batches of records in replies to consumers of the topic",
                        topics,
                        TopicTraffic::fetchedBytes));
        all.add(
                byTopic(
                        "oxbow_topic_out_records",
                        "Records in replies to consumers of the topic",
                        topics,
                        TopicTraffic::fetchedRecords));
    }

    /** One name may stand for two topics while one is deleted and made anew. */
    private static MetricSnapshot byTopic(
            String name,
            String meaning,
            List<TopicTraffic> topics,
            ToLongFunction<TopicTraffic> count) {
        Map<String, Long> sums = new TreeMap<>();
        topics.forEach(topic -> sums.merge(topic.topic(), count.applyAsLong(topic), Long::sum));
        var counter = CounterSnapshot.builder().name(name).help(meaning);
        sums.forEach((topic, sum) ->
                counter.dataPoint(
                        CounterSnapshot.CounterDataPointSnapshot.builder()
                                .labels(Labels.of("topic", topic))
                                .value(sum)
                                .build()));
        return counter.build();
    }

    private void addRequests(List<MetricSnapshot> all) {
        var times =
                HistogramSnapshot.builder()
                        .name("oxbow_kafka_request_seconds")
                        .help("Time of a request from when its turn came until its reply was made");
        var errors =
                CounterSnapshot.builder()
                        .name("oxbow_kafka_request_errors")
                        .help("Errors in replies, by Kafka's names; HUNG_UP closed the connection");
        kafka.forEachStats((api, stats) -> {
            long[] counts = stats.counts();
            if (LongStream.of(counts).sum() > 0) {
                times.dataPoint(times(api, stats, counts));
            }
            stats.errors()
                    .forEach((error, count) ->
                            errors.dataPoint(
                                    CounterSnapshot.CounterDataPointSnapshot.builder()
                                            .labels(Labels.of("api", api.name, "error", error))
                                            .value(count)
                                            .build()));
        });
        all.add(times.build());
        all.add(errors.build());
    }

    private static HistogramSnapshot.HistogramDataPointSnapshot times(
            ApiKeys api, RequestStats stats, long[] counts) {
        var buckets = ClassicHistogramBuckets.builder();
        double[] bounds = RequestStats.boundsSeconds();
        for (int i = 0; i < counts.length; i++) {
            buckets.bucket(i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY, counts[i]);
        }
        return HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .labels(Labels.of("api", api.name))
                .classicHistogramBuckets(buckets.build())
                .sum(stats.seconds())
                .build();
    }

    private void addGroups(List<MetricSnapshot> all) {
        GroupLags.Lags read;
        try {
            read = lags.read(GROUPS_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        var gauge =
                GaugeSnapshot.builder()
                        .name("oxbow_group_lag")
                        .help("Records between the group's committed offset and the end");
        for (GroupLags.Lag lag : read.lags()) {
            gauge.dataPoint(
                    GaugeSnapshot.GaugeDataPointSnapshot.builder()
                            .labels(
                                    Labels.of(
                                            "group",
                                            lag.group(),
                                            "partition",
                                            String.valueOf(lag.partition().partition()),
                                            "topic",
                                            lag.partition().topic()))
                            .value(lag.records())
                            .build());
        }
        all.add(gauge.build());
        all.add(
                GaugeSnapshot.builder()
                        .name("oxbow_group_lag_left_out")
                        .help(
                                "Groups whose lag is not told: there are too many, or their"
                                        + " coordinator did not answer")
                        .dataPoint(
                                GaugeSnapshot.GaugeDataPointSnapshot.builder()
                                        .value(read.groupsLeftOut())
                                        .build())
                        .build());
    }
}
