SELECT c.name, sum(o.amount) AS spent
FROM :orders o
JOIN :customers c ON o.customer.id = c.id
GROUP BY 1
ORDER BY 1
