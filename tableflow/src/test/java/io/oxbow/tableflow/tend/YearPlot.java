package io.oxbow.tableflow.tend;

import io.oxbow.tableflow.tend.SimulatedYear.Look;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A picture of simulated years as SVG: a small plot for each curve, a line for each year. */
final class YearPlot {

    private static final int COLUMNS = 3;
    private static final int WIDTH = 300;
    private static final int HEIGHT = 150;
    private static final int LEFT = 50;
    private static final int TOP = 34;
    private static final int PLOT_WIDTH = WIDTH - LEFT - 16;
    private static final int PLOT_HEIGHT = HEIGHT - TOP - 14;
    private static final List<String> COLORS = List.of("#2b6cb0", "#c05621", "#3a8f4d");

    private YearPlot() {}

    /** Draws years, by the name of each. */
    static String of(Map<String, List<Look>> years) {
        int rows = (YearCurve.values().length + COLUMNS - 1) / COLUMNS;
        var svg = new StringBuilder();
        svg.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" \
                font-family="sans-serif" font-size="11">
                <rect width="100%%" height="100%%" fill="white"/>
                """
                        .formatted(COLUMNS * WIDTH, rows * HEIGHT + 30));
        for (YearCurve curve : YearCurve.values()) {
            int x = curve.ordinal() % COLUMNS * WIDTH;
            int y = curve.ordinal() / COLUMNS * HEIGHT;
            plot(svg, curve, years, x + LEFT, y + TOP);
        }
        int x = LEFT;
        int number = 0;
        for (String name : years.keySet()) {
            svg.append(
                    "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n"
                            .formatted(x, rows * HEIGHT + 18, COLORS.get(number++), name));
            x += WIDTH;
        }
        return svg.append("</svg>\n").toString();
    }

    private static void plot(
            StringBuilder svg, YearCurve curve, Map<String, List<Look>> years, int x, int y) {
        double max =
                years.values().stream()
                        .flatMapToDouble(looks -> java.util.Arrays.stream(curve.values(looks)))
                        .max()
                        .orElse(1);
        svg.append(
                """
                <text x="%d" y="%d" font-weight="bold">%s</text>
                <text x="%d" y="%d" text-anchor="end">%s</text>
                <text x="%d" y="%d" text-anchor="end">0</text>
                <path d="M%d %dv%dh%d" fill="none" stroke="gray"/>
                <path d="M%d %dv%d" stroke="lightgray"/>
                """
                        .formatted(
                                x,
                                y - 10,
                                curve.title(),
                                x - 6,
                                y + 8,
                                number(max),
                                x - 6,
                                y + PLOT_HEIGHT,
                                x,
                                y,
                                PLOT_HEIGHT,
                                PLOT_WIDTH,
                                x + PLOT_WIDTH / 2,
                                y,
                                PLOT_HEIGHT));
        int number = 0;
        for (List<Look> looks : years.values()) {
            double[] values = curve.values(looks);
            var line = new StringBuilder();
            for (int i = 0; i < values.length; i++) {
                line.append(
                        String.format(
                                Locale.ROOT,
                                "%.1f,%.1f ",
                                x + (i + 1.0) / values.length * PLOT_WIDTH,
                                y + PLOT_HEIGHT * (1 - values[i] / max)));
            }
            svg.append(
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\"/>%n"
                            .formatted(line.toString().strip(), COLORS.get(number++)));
        }
    }

    static String number(double value) {
        return String.format(
                Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }
}
