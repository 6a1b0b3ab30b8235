package io.oxbow.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeConfigTest {

    @Test
    void defaultsAreAWholeNode() {
        var config = NodeConfig.of(Map.of("oxbow.data.dir", "/data/oxbow"));
        assertThat(config.broker().nodeId()).isEqualTo(1);
        assertThat(config.store()).hasToString("file:///data/oxbow/bucket");
        assertThat(config.lineage()).isEqualTo("main");
        assertThat(config.httpListener()).isEqualTo(new HostPort("127.0.0.1", 8181));
        assertThat(config.broker().listeners())
                .singleElement()
                .satisfies(endpoint -> assertThat(endpoint.port()).isEqualTo(9092));
        assertThat(config.engine().wal().capacityBytes()).isEqualTo(256L << 20);
    }

    @ParameterizedTest
    @CsvSource({
        "oxbow.http.listner,127.0.0.1:1,did you mean oxbow.http.listener?",
        "log.dirs,/tmp,unknown configuration key log.dirs",
        "oxbow.http.listener,8181,is not HOST:PORT",
        "oxbow.http.listener,localhost:99999,is not HOST:PORT",
        "oxbow.store,ftp://x,allowed are file:///DIRECTORY",
        "oxbow.store,file:x,allowed are file:///DIRECTORY",
        "oxbow.wal.capacity.bytes,12,Value must be at least 16777216",
        "oxbow.wal.capacity.bytes,many,oxbow.wal.capacity.bytes",
        "oxbow.wal.abandon,nonsense,is not the id of a write-ahead log",
        "oxbow.lineage,a/b,allowed are 1 to 64 letters"
    })
    void badInputIsNamed(String key, String value, String message) {
        assertThatThrownBy(() -> NodeConfig.of(Map.of(key, value)))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining(key)
                .hasMessageContaining(message);
    }
}
