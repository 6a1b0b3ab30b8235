package io.oxbow.benchmarks.compare;

import java.util.List;
import java.util.Locale;

/**
 * A picture of results as SVG, with a bar for each metric on a logarithmic scale. A bar ends where
 * the figure stands against its target; bars left of the line meet it.
 */
final class Chart {

    private static final int ROW = 26;
    private static final int LEFT = 250;
    private static final int BARS = 420;
    private static final int RIGHT = 190;
    private static final int TOP = 46;
    private static final double DECADES_EACH_SIDE = 1;

    private Chart() {}

    static String of(List<Result> results) {
        int height = TOP + results.size() * ROW + 20;
        var svg = new StringBuilder();
        svg.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" \
                font-family="sans-serif" font-size="13">
                <rect width="100%%" height="100%%" fill="white"/>
                <text x="%d" y="20" text-anchor="middle">target</text>
                """
                        .formatted(LEFT + BARS + RIGHT, height, middle()));
        for (int i = 0; i < results.size(); i++) {
            svg.append(row(results.get(i), TOP + i * ROW));
        }
        svg.append(
                """
                <line x1="%d" y1="28" x2="%1$d" y2="%d" stroke="black" stroke-dasharray="4 3"/>
                <text x="%d" y="20">better</text>
                <text x="%d" y="20" text-anchor="end">worse</text>
                </svg>
                """
                        .formatted(middle(), height - 12, LEFT, LEFT + BARS));
        return svg.toString();
    }

    private static int middle() {
        return LEFT + BARS / 2;
    }

    private static String row(Result result, int y) {
        String name =
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n"
                        .formatted(LEFT - 10, y + 15, result.metric().title());
        return switch (result) {
            case Result.Measured measured -> name + bar(measured, y);
            case Result.Missing missing ->
                    name
                            + "<text x=\"%d\" y=\"%d\" fill=\"gray\">not measured</text>%n"
                                    .formatted(middle() + 8, y + 15);
        };
    }

    private static String bar(Result.Measured measured, int y) {
        int x = position(measured.distance());
        int from = Math.min(x, middle());
        String color = measured.isMet() ? "#3a8f4d" : "#c0453c";
        String label =
                String.format(
                        Locale.ROOT,
                        "%s (%s %s)",
                        Table.number(measured.bounded()),
                        measured.metric().target().direction() == Target.Direction.LOWER
                                ? "≤"
                                : "≥",
                        Table.number(measured.metric().target().value()));
        return """
        <rect x="%d" y="%d" width="%d" height="16" fill="%s"/>
        <text x="%d" y="%d">%s</text>
        """
                .formatted(
                        from,
                        y + 3,
                        Math.max(1, Math.abs(x - middle())),
                        color,
                        LEFT + BARS + 10,
                        y + 15,
                        label);
    }

    /**
     * Returns the position of a distance, in pixels; 1 is in the middle, ten times more or less at
     * the edge.
     */
    static int position(double distance) {
        double decades = Math.log10(distance);
        double within = Math.clamp(decades, -DECADES_EACH_SIDE, DECADES_EACH_SIDE);
        return (int) Math.round(middle() + within / DECADES_EACH_SIDE * (BARS / 2.0));
    }
}
