package io.oxbow.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Membership;
import io.oxbow.s3stream.image.MetadataImage;
import io.oxbow.s3stream.image.WalKind;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests by which number a data directory's node is known. */
class NodeIdentityTest {

    @TempDir Path directory;

    private final MetadataImage image = new MetadataImage();
    private long slot;

    private void register(int id, Membership membership) {
        apply(
                new CoreRecord.RegisterNode(
                        id, new UUID(1, id), WalKind.OBJECT, List.of(), "", membership));
    }

    private void apply(CoreRecord record) {
        image.apply(++slot, slot, List.of(record));
    }

    private static Membership starts(NodeIdentity identity) {
        return identity.start("127.0.0.1:1", List.of());
    }

    @Test
    void newcomerTakesTheNumberAfterTheGreatest() {
        assertThat(NodeIdentity.of(directory).idIn(image, 1)).isEqualTo(1);
        register(1, Membership.ALONE);
        register(7, new Membership("127.0.0.1:1", new UUID(2, 2), 1));

        assertThat(NodeIdentity.of(directory).idIn(image, 1)).isEqualTo(8);
    }

    /** Its data directory has no identity yet, and may hold a write-ahead log. */
    @Test
    void soleNodeOfAVersionWithoutClustersKeepsItsNumber() {
        register(3, Membership.ALONE);

        assertThat(NodeIdentity.of(directory).idIn(image, 3)).isEqualTo(3);
        assertThat(NodeIdentity.of(directory).idIn(image, 1)).isEqualTo(4);
    }

    @Test
    void processThatEndedBetweenItsRegistrationAndKeepingItsNumberHasItAgain() {
        register(3, starts(NodeIdentity.of(directory)));
        register(4, new Membership("127.0.0.1:2", new UUID(2, 2), 1));

        NodeIdentity again = NodeIdentity.of(directory);

        assertThat(again.nodeId()).isEmpty();
        assertThat(again.idIn(image, 1)).isEqualTo(3);
    }

    @Test
    void directoryOfARemovedNodeIsANewNodes() {
        NodeIdentity identity = NodeIdentity.of(directory);
        register(1, starts(identity));
        identity.keep(1);
        apply(new CoreRecord.FenceNode(1, 1));
        apply(new CoreRecord.CompleteRecovery(1, 1, 1, false));
        assertThat(identity.idIn(image, 1)).isEqualTo(1);

        apply(new CoreRecord.RemoveNode(1));

        assertThat(identity.idIn(image, 1)).isEqualTo(2);
    }

    @Test
    void numberSecretAndStartsOutliveTheProcess() {
        NodeIdentity first = NodeIdentity.of(directory);
        Membership before = starts(first);
        first.keep(5);

        NodeIdentity second = NodeIdentity.of(directory);
        Membership after = starts(second);

        assertThat(second.nodeId()).hasValue(5);
        assertThat(after.secret()).isEqualTo(before.secret());
        assertThat(after.start()).isEqualTo(before.start() + 1);
    }
}
