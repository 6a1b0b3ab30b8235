package io.oxbow.examples;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Orders and customers of a shop: the records produced, and the results that a query must have. */
final class Shop {

    static final int CUSTOMERS = 5;
    private static final List<String> CITIES = List.of("Bergen", "Oslo", "Tromsø");
    private static final Instant FIRST = Instant.parse("2026-03-01T12:00:00Z");
    private static final long MINUTES_BETWEEN = 7;

    private final String bootstrap;

    Shop(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    void createTopics() throws Exception {
        Map<String, String> configs =
                Map.of("table.enable", "true", "table.freshness.ms", "500", "retention.ms", "-1");
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic("shop.orders", Optional.of(2), Optional.empty())
                                            .configs(configs),
                                    new NewTopic("shop.customers", Optional.of(1), Optional.empty())
                                            .configs(configs)))
                    .all()
                    .get();
        }
        try (var producer = producer()) {
            for (int i = 0; i < CUSTOMERS; i++) {
                producer.send(
                        new ProducerRecord<>(
                                "shop.customers",
                                "{\"id\":%d,\"name\":\"%s\"}".formatted(i, name(i))));
            }
        }
    }

    void produce(int from, int to) {
        try (var producer = producer()) {
            for (int i = from; i < to; i++) {
                producer.send(
                        new ProducerRecord<>(
                                "shop.orders", i % 2, time(i).toEpochMilli(), "o" + i, order(i)));
            }
        }
    }

    private static String order(int i) {
        return "{\"order_id\":%d,\"customer\":{\"id\":%d,\"city\":\"%s\"},\"amount\":%s}"
                .formatted(i, i % CUSTOMERS, CITIES.get(i % CITIES.size()), amount(i));
    }

    private static Instant time(int i) {
        return FIRST.plusSeconds(60 * MINUTES_BETWEEN * i);
    }

    private static double amount(int i) {
        return i % 8 + 0.25;
    }

    private static String name(int customer) {
        return "customer " + customer;
    }

    double amountOf(int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += amount(i);
        }
        return sum;
    }

    long ordersOnDay(int dayOfMarch) {
        String day = "2026-03-%02d".formatted(dayOfMarch);
        long orders = 0;
        for (int i = 0; i < 600; i++) {
            if (time(i).toString().startsWith(day)) {
                orders++;
            }
        }
        return orders;
    }

    List<List<Object>> ordersByCity() {
        Map<String, Long> orders = new TreeMap<>();
        for (int i = 0; i < 600; i++) {
            orders.merge(CITIES.get(i % CITIES.size()), 1L, Long::sum);
        }
        return rows(orders);
    }

    List<List<Object>> spentByName() {
        Map<String, Double> spent = new TreeMap<>();
        for (int i = 0; i < 600; i++) {
            spent.merge(name(i % CUSTOMERS), amount(i), Double::sum);
        }
        return rows(spent);
    }

    private static List<List<Object>> rows(Map<String, ?> map) {
        List<List<Object>> rows = new ArrayList<>();
        map.forEach((key, value) -> rows.add(List.of(key, value)));
        return rows;
    }

    private KafkaProducer<String, String> producer() {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }
}
