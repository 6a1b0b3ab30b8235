package io.oxbow.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.fetch.FetchSettings;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the parsing and validation of a broker's properties. */
class BrokerConfigTest {

    @Test
    void emptyPropertiesGiveTheDefaults() {
        var config = BrokerConfig.of(Map.of());

        assertThat(config.nodeId()).isEqualTo(1);
        assertThat(config.listeners()).containsExactly(endpoint("127.0.0.1", 9092));
        assertThat(config.autoCreateTopics()).isTrue();
        assertThat(config.numPartitions()).isEqualTo(1);
        assertThat(config.offsetsTopicPartitions()).isEqualTo(50);
        assertThat(config.retentionCheckIntervalMillis()).isEqualTo(300_000);
        assertThat(config.fetchBytesMax()).isEqualTo(FetchSettings.defaults().responseBytesMax());
        assertThat(config.given()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "no.such.key; 1; unknown key",
                "log.dirs; /data; no meaning here",
                "num.partitions; many; num.partitions",
                "num.partitions; 0; num.partitions",
                "socket.send.buffer.bytes; 0; at least 1, or -1",
                "socket.receive.buffer.bytes; -2; at least 1, or -1",
                "listeners; 127.0.0.1:9092; NAME://HOST:PORT",
                "listeners; SSL://127.0.0.1:9092; only the protocol PLAINTEXT",
                "listeners; PLAINTEXT://0.0.0.0:9092; advertised.listeners",
                "advertised.listeners; OTHER://host:1; OTHER",
                "broker.heartbeat.interval.ms; 9000; broker.session.timeout.ms",
                "group.consumer.session.timeout.ms; 1; group.consumer.session.timeout.ms",
            })
    void badPropertyIsRefusedWithWhatIsWrong(String key, String value, String says) {
        assertThatThrownBy(() -> BrokerConfig.of(Map.of(key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(says);
    }

    @Test
    void portThatWasPickedIsAdvertised() {
        var config =
                BrokerConfig.of(
                        Map.of(
                                "listeners", "PLAINTEXT://0.0.0.0:0",
                                "advertised.listeners", "PLAINTEXT://broker.example:0"));

        assertThat(config.advertised(List.of(endpoint("0.0.0.0", 4711))))
                .containsExactly(endpoint("broker.example", 4711));
    }

    private static Endpoint endpoint(String host, int port) {
        return new Endpoint("PLAINTEXT", SecurityProtocol.PLAINTEXT, host, port);
    }
}
