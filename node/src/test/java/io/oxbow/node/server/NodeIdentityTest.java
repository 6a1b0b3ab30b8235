package io.oxbow.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.image.WalKind;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests by which number a data directory's node is known. */
class NodeIdentityTest {

    @TempDir Path directory;

    private static CoreImage.NodeState node(int id, Membership membership) {
        return new CoreImage.NodeState(
                id,
                id,
                false,
                new UUID(1, id),
                WalKind.OBJECT,
                List.of(),
                "",
                membership,
                List.of(),
                0,
                0,
                List.of());
    }

    @Test
    void newcomerTakesTheNumberAfterTheGreatest() {
        var stranger = new Membership("127.0.0.1:1", new UUID(2, 2), 1);

        assertThat(NodeIdentity.of(directory).idAmong(List.of())).isEqualTo(1);
        assertThat(
                        NodeIdentity.of(directory)
                                .idAmong(List.of(node(1, Membership.ALONE), node(7, stranger))))
                .isEqualTo(8);
    }

    @Test
    void processThatEndedBetweenItsRegistrationAndKeepingItsNumberHasItAgain() {
        Membership own = NodeIdentity.of(directory).start("127.0.0.1:1");
        var later = new Membership("127.0.0.1:2", new UUID(2, 2), 1);

        NodeIdentity again = NodeIdentity.of(directory);

        assertThat(again.nodeId()).isEmpty();
        assertThat(again.idAmong(List.of(node(3, own), node(4, later)))).isEqualTo(3);
    }

    @Test
    void numberSecretAndStartsOutliveTheProcess() {
        NodeIdentity first = NodeIdentity.of(directory);
        Membership before = first.start("127.0.0.1:1");
        first.keep(5);

        NodeIdentity second = NodeIdentity.of(directory);
        Membership after = second.start("127.0.0.1:2");

        assertThat(second.nodeId()).hasValue(5);
        assertThat(after.secret()).isEqualTo(before.secret());
        assertThat(after.start()).isEqualTo(before.start() + 1);
    }
}
