package io.oxbow.s3stream.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.WalKind;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the bytes of forwarded appends and their answers. */
class AppendCodecTest {

    private static final ApplyResult.DeadEpoch DEAD =
            new ApplyResult.DeadEpoch(
                    3, 300, WalKind.FILE, List.of(new UUID(1, 2)), List.of(1L << 40), 9);

    static List<AppendAnswer> answers() {
        return List.of(
                new AppendAnswer.Done(
                        List.of(
                                new ApplyResult.Applied(),
                                new ApplyResult.AlreadyApplied(),
                                new ApplyResult.Registered(5, List.of(DEAD)),
                                new ApplyResult.Claimed(DEAD),
                                new ApplyResult.Opened(
                                        List.of(
                                                new ApplyResult.OpenedStream(
                                                        1, 2, 3, Long.MAX_VALUE))),
                                new ApplyResult.Committed(List.of(true, false)),
                                new ApplyResult.Committed(List.of()),
                                new ApplyResult.PointerSet(7),
                                new ApplyResult.PointerConflict(0),
                                new ApplyResult.Fenced("why"),
                                new ApplyResult.Refused("")),
                        1L << 50),
                new AppendAnswer.NotMade("does not lead"),
                new AppendAnswer.Unknown("deposed"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void answersComeBackAsTheyWere(AppendAnswer answer) {
        assertThat(AppendCodec.readAnswer(AppendCodec.write(answer))).isEqualTo(answer);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void answerThatIsCutShortIsCorrupt(AppendAnswer answer) {
        byte[] whole = AppendCodec.write(answer);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> AppendCodec.readAnswer(cut))
                    .isInstanceOf(CorruptException.class);
        }
    }

    @Test
    void requestsComeBackAsTheyWere() {
        var request =
                new AppendCodec.Request(
                        new UUID(1, 2),
                        1 << 30,
                        List.of(
                                new CoreRecord.FenceNode(1, 2),
                                new CoreRecord.ClaimRecovery(1, 2, 3, 4)));

        assertThat(AppendCodec.readRequest(AppendCodec.write(request))).isEqualTo(request);
    }
}
