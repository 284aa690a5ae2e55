/* The part of the GNU Scientific Library that Orrery uses, as plain C functions.
 *
 * No GSL header is included here, on purpose: its globals (generator types, solver types, the error handler) are
 * mutable C state that Swift's strict concurrency would have to trust. They stay behind bridge.c, which turns the
 * aborting error handler off before main starts. Functions that can fail return a GSL status, 0 for success.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The four words of a xoshiro256** generator. Variates advance them by exactly the words that GSL consumed. */
typedef struct {
    uint64_t words[4];
} orrery_gsl_stream;

double orrery_gsl_gamma(orrery_gsl_stream *stream, double shape, double scale);
double orrery_gsl_beta(orrery_gsl_stream *stream, double a, double b);
unsigned int orrery_gsl_poisson(orrery_gsl_stream *stream, double mean);
unsigned int orrery_gsl_binomial(orrery_gsl_stream *stream, double probability, unsigned int trials);

double orrery_gsl_mean(const double *values, size_t count);
double orrery_gsl_variance(const double *values, size_t count);
double orrery_gsl_quantile_of_sorted(const double *sorted, size_t count, double probability);

double orrery_gsl_normal_cdf(double x);
double orrery_gsl_normal_quantile(double probability);
double orrery_gsl_student_cdf(double x, double degrees);
double orrery_gsl_student_quantile(double probability, double degrees);
double orrery_gsl_chi_squared_cdf(double x, double degrees);
double orrery_gsl_chi_squared_quantile(double probability, double degrees);

typedef struct {
    double intercept, slope;
    double intercept_variance, slope_variance, covariance;
    double residual_sum_of_squares;
} orrery_gsl_line;

/* The least-squares line through count points. */
int orrery_gsl_fit_line(const double *x, const double *y, size_t count, orrery_gsl_line *line);

/* Statuses that callers tell apart. */
enum {
    ORRERY_GSL_SUCCESS = 0,
    ORRERY_GSL_INVALID = 4,       /* GSL_EINVAL: the interval does not enclose what is sought */
    ORRERY_GSL_BAD_FUNCTION = 9,  /* GSL_EBADFUNC: the function is not finite */
    ORRERY_GSL_ITERATIONS = 11    /* GSL_EMAXITER */
};

typedef double (*orrery_gsl_function)(double x, void *context);

typedef struct {
    double absolute, relative;
    int iterations;
} orrery_gsl_tolerance;

/* A zero of the function between lower and upper, where its sign changes, by Brent's method. */
int orrery_gsl_root(
    orrery_gsl_function function, void *context, double lower, double upper, orrery_gsl_tolerance tolerance,
    double *root);

/* A minimum between lower and upper, starting from a guess with a smaller value than both, by Brent's method. */
int orrery_gsl_minimum(
    orrery_gsl_function function, void *context, double guess, double lower, double upper,
    orrery_gsl_tolerance tolerance, double *minimum);

/* Residuals of a curve's parameters; anything but 0 means that they are not finite. */
typedef int (*orrery_gsl_residuals)(const double *parameters, double *residuals, void *context);

typedef struct {
    size_t parameters, residuals;
    int iterations;
    double tolerance;
} orrery_gsl_curve;

/* Parameters with the least sum of squared residuals, by the method of Levenberg and Marquardt from a start.
 * `covariance` holds parameters x parameters numbers, for residuals of variance one. */
int orrery_gsl_fit_curve(
    orrery_gsl_residuals residuals, void *context, orrery_gsl_curve curve, double *parameters, double *covariance,
    double *sum_of_squares, int *steps);
